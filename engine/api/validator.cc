#include "engine/api/validator.h"

#include "engine/match/matcher.h"

#include <fmt/format.h>

#include <initializer_list>

namespace cairn::api {
namespace {

Status check_name_of(std::string_view owner, std::string_view field, ValueView value,
                     std::initializer_list<std::string_view> known) {
  if (value.missing()) return Status();
  const std::string_view name = value.is_string() ? value.as_string() : std::string_view();
  for (const std::string_view one : known) {
    if (name == one) return Status();
  }
  return {ErrorCode::kBadValue,
          fmt::format("Enumeration value '{}' for field '{}.{}' is not a valid value.", name, owner,
                      field)};
}

Status no_random() { return {location(3040500), "$rand not allowed inside collection validators"}; }

// A document must be as valid tomorrow as today, and JavaScript is nobody's business here.
Status check_expression(ValueView expression) {
  if (!expression.is_document() && !expression.is_array()) return Status();
  for (const Element& part : expression.as_document()) {
    if (part.name == "$literal") continue;
    if (part.name == "$rand") return no_random();
    if (part.name == "$function") {
      return {location(4660800), "$function cannot be used inside a validator."};
    }
    CAIRN_RETURN_IF_ERROR(check_expression(part.value));
  }
  return Status();
}

Status check_operators(DocumentView filter) {
  for (const Element& part : filter) {
    if (part.name == "$sampleRate") return no_random();
    if (part.name == "$expr") CAIRN_RETURN_IF_ERROR(check_expression(part.value));
    if (part.name != "$and" && part.name != "$or" && part.name != "$nor") continue;
    if (!part.value.is_array()) continue;
    for (const Element& inner : part.value.as_document()) {
      if (!inner.value.is_document()) continue;
      CAIRN_RETURN_IF_ERROR(check_operators(inner.value.as_document()));
    }
  }
  return Status();
}

}  // namespace

Status check_validator(ValueView validator) {
  CAIRN_RETURN_IF_ERROR(check_operators(validator.as_document()));
  return match::Matcher::parse(validator.as_document(),
                               {.allowed = {.near = false, .text = false, .where = false}})
      .status();
}

Status check_validation_level(std::string_view owner, ValueView level) {
  return check_name_of(owner, "validationLevel", level, {"off", "strict", "moderate"});
}

Status check_validation_action(std::string_view owner, ValueView action) {
  return check_name_of(owner, "validationAction", action, {"error", "warn", "errorAndLog"});
}

}  // namespace cairn::api
