#include "engine/api/indexes/partial_filter.h"

#include "engine/bson/shell_text.h"
#include "engine/match/matcher.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

namespace cairn::api {
namespace {

constexpr std::string_view kComparisons[] = {
    "$eq",  "$lt",        "$lte",           "$gt",   "$gte",   "$in",
    "$all", "$geoWithin", "$geoIntersects", "$type", "$within"};

Status unsupported(std::string_view path, const Element& condition) {
  return {ErrorCode::kCannotCreateIndex,
          fmt::format("Expression not supported in partial index: {} {}", path,
                      to_shell_text(condition))};
}

Status check_operators(std::string_view path, DocumentView operators) {
  for (const Element& condition : operators) {
    if (condition.name == "$exists" && condition.value.truthy()) continue;
    if (std::find(std::begin(kComparisons), std::end(kComparisons), condition.name) !=
        std::end(kComparisons)) {
      continue;
    }
    return unsupported(path, condition);
  }
  return Status();
}

bool is_operators(ValueView value) {
  if (!value.is_document() || value.as_document().empty()) return false;
  const std::string_view name = value.as_document().begin()->name;
  return name.starts_with('$') && name != "$ref" && name != "$id" && name != "$db";
}

Status check_conjunction(DocumentView filter);

Status check_clause(const Element& clause) {
  if (clause.name == "$comment") return Status();
  if (clause.name == "$expr" || clause.name == "$jsonSchema" || clause.name == "$where") {
    return {ErrorCode::kQueryFeatureNotAllowed,
            fmt::format("{} is not allowed in this context", clause.name)};
  }
  if (clause.name == "$text") {
    return {ErrorCode::kBadValue, "$text is not allowed in this context"};
  }
  if (clause.name != "$and" && clause.name != "$or") return unsupported("", clause);
  for (const Element& part : clause.value.as_document()) {
    CAIRN_RETURN_IF_ERROR(check_conjunction(part.value.as_document()));
  }
  return Status();
}

Status check_conjunction(DocumentView filter) {
  for (const Element& part : filter) {
    if (part.name.starts_with('$')) {
      CAIRN_RETURN_IF_ERROR(check_clause(part));
    } else if (is_operators(part.value)) {
      CAIRN_RETURN_IF_ERROR(check_operators(part.name, part.value.as_document()));
    } else if (part.value.type() == BsonType::kRegex) {
      return unsupported(part.name, part);
    }
  }
  return Status();
}

}  // namespace

Status check_partial_filter(DocumentView filter) {
  // What is refused whatever it asks, before its own errors are told.
  for (const Element& part : filter) {
    if (part.name == "$expr" || part.name == "$jsonSchema" || part.name == "$where" ||
        part.name == "$text") {
      return check_clause(part);
    }
  }
  CAIRN_RETURN_IF_ERROR(
      match::Matcher::parse(filter, {.allowed = {.near = false, .text = false, .where = false}})
          .status());
  return check_conjunction(filter);
}

}  // namespace cairn::api
