// pattern, maxLength, minLength.
#include "engine/match/schema/rule.h"

#include "engine/expr/regex.h"
#include "engine/match/integer.h"

namespace cairn::match {
namespace {

TypeSet strings() {
  TypeSet types;
  types.add(BsonType::kString);
  return types;
}

std::int64_t code_points(std::string_view text) {
  std::int64_t count = 0;
  for (const char c : text) count += (static_cast<unsigned char>(c) & 0xC0) != 0x80 ? 1 : 0;
  return count;
}

Status parse_pattern(SchemaParts& parts) {
  const ValueView pattern = parts["pattern"];
  if (pattern.missing()) return Status();
  if (!pattern.is_string()) return wrong_type("pattern", "must be a string");
  if (!parts.may_be(BsonType::kString)) return Status();
  CAIRN_ASSIGN_OR_RETURN(expr::Regex regex, expr::Regex::compile(pattern.as_string(), ""));
  const auto shared = std::make_shared<const expr::Regex>(std::move(regex));
  parts.rules.push_back(simple_rule(
      {.keyword = {"pattern", pattern},
       .types = strings(),
       .reason = "regular expression did not match",
       .holds = [shared](ValueView value) { return shared->search(value.as_string()); }}));
  return Status();
}

Status parse_length(SchemaParts& parts, std::string_view keyword, bool most) {
  const ValueView argument = parts[keyword];
  if (argument.missing()) return Status();
  CAIRN_ASSIGN_OR_RETURN(const std::int64_t limit, parse_non_negative({keyword, argument}));
  if (!parts.may_be(BsonType::kString)) return Status();
  parts.rules.push_back(simple_rule({.keyword = {keyword, argument},
                                     .types = strings(),
                                     .reason = "specified string length was not satisfied",
                                     .holds = [limit, most](ValueView value) {
                                       const std::int64_t length = code_points(value.as_string());
                                       return most ? length <= limit : length >= limit;
                                     }}));
  return Status();
}

}  // namespace

Status parse_string_rules(SchemaParts& parts) {
  CAIRN_RETURN_IF_ERROR(parse_pattern(parts));
  CAIRN_RETURN_IF_ERROR(parse_length(parts, "maxLength", true));
  return parse_length(parts, "minLength", false);
}

}  // namespace cairn::match
