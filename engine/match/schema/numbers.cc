// minimum, maximum, multipleOf.
#include "engine/match/schema/rule.h"

#include "engine/bson/decimal128.h"
#include "engine/match/operator.h"

namespace cairn::match {
namespace {

TypeSet numbers() {
  TypeSet types;
  types.add_numbers();
  return types;
}

Decimal128 to_decimal(ValueView number) {
  if (number.type() == BsonType::kDecimal128) return number.as_decimal128();
  if (number.type() == BsonType::kDouble) return decimal128_from_double(number.as_double());
  return decimal128_from_int64(number.to_int64_clamped());
}

bool is_multiple(Decimal128 value, Decimal128 divisor) {
  if (decimal128_is_nan(value) || decimal128_is_infinite(value)) return false;
  return decimal128_is_zero(decimal128_remainder(value, divisor));
}

struct Bound {
  std::string_view keyword;
  std::string_view exclusive;
  Comparison inclusive_test;
  Comparison exclusive_test;
};

Status parse_bound(SchemaParts& parts, const Bound& bound) {
  const ValueView limit = parts[bound.keyword];
  const ValueView exclusive = parts[bound.exclusive];
  if (limit.missing()) {
    if (exclusive.missing()) return Status();
    return failed_to_parse(bound.keyword,
                           "must be a present if " + std::string(bound.exclusive) + " is present");
  }
  if (!limit.is_number()) return wrong_type(bound.keyword, "must be a number");
  if (!exclusive.missing() && exclusive.type() != BsonType::kBool) {
    return wrong_type(bound.exclusive, "must be a boolean");
  }
  if (!parts.may_be(numbers())) return Status();
  const bool strict = exclusive.truthy();
  std::shared_ptr<const ValueTest> test =
      comparison_test(strict ? bound.exclusive_test : bound.inclusive_test, limit, nullptr);
  parts.rules.push_back(simple_rule({.keyword = {bound.keyword, limit},
                                     .types = numbers(),
                                     .reason = "comparison failed",
                                     .holds =
                                         [test](ValueView value) {
                                           Trace trace;
                                           return test->test(value, trace);
                                         },
                                     .modifier = exclusive,
                                     .modifier_name = bound.exclusive}));
  return Status();
}

Status parse_multiple_of(SchemaParts& parts) {
  const ValueView divisor = parts["multipleOf"];
  if (divisor.missing()) return Status();
  if (!divisor.is_number()) return wrong_type("multipleOf", "must be a number");
  const Decimal128 by = to_decimal(divisor);
  if (decimal128_is_nan(by) || decimal128_is_zero(by) || decimal128_is_negative(by)) {
    return failed_to_parse("multipleOf", "must have a positive value");
  }
  if (!parts.may_be(numbers())) return Status();
  parts.rules.push_back(
      simple_rule({.keyword = {"multipleOf", divisor},
                   .types = numbers(),
                   .reason = "considered value is not a multiple of the specified value",
                   .holds = [by](ValueView value) { return is_multiple(to_decimal(value), by); }}));
  return Status();
}

}  // namespace

Status parse_number_rules(SchemaParts& parts) {
  CAIRN_RETURN_IF_ERROR(parse_multiple_of(parts));
  CAIRN_RETURN_IF_ERROR(
      parse_bound(parts, {"maximum", "exclusiveMaximum", Comparison::kLte, Comparison::kLt}));
  return parse_bound(parts, {"minimum", "exclusiveMinimum", Comparison::kGte, Comparison::kGt});
}

}  // namespace cairn::match
