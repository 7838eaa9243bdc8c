// $mod: the remainder of a division, with the sign of the dividend.
#include "engine/bson/decimal128.h"
#include "engine/expr/numeric.h"

#include <fmt/format.h>

#include <cmath>

namespace cairn::expr {
namespace {

Status by_zero(std::int32_t code) { return {location(code), "can't $mod by zero"}; }

Result<ValueView> mod_of_numbers(ValueView left, ValueView right, Evaluation& evaluation) {
  if (is_whole(left) && is_whole(right)) {
    const std::int64_t divisor = whole_number(right);
    if (divisor == 0) return by_zero(16610);
    const std::int64_t rest = divisor == -1 ? 0 : whole_number(left) % divisor;
    if (left.type() == BsonType::kInt64 || right.type() == BsonType::kInt64) {
      return evaluation.int64(rest);
    }
    return evaluation.int32(static_cast<std::int32_t>(rest));
  }
  if (left.type() == BsonType::kDecimal128 || right.type() == BsonType::kDecimal128) {
    const Decimal128 divisor = to_decimal(right);
    if (decimal128_is_zero(divisor)) return by_zero(5733415);
    return evaluation.decimal128(decimal128_remainder(to_decimal(left), divisor));
  }
  if (right.to_double() == 0) return by_zero(16610);
  return evaluation.number(std::fmod(left.to_double(), right.to_double()));
}

Result<ValueView> mod_of(Values values, Evaluation& evaluation) {
  const ValueView left = values[0];
  const ValueView right = values[1];
  if (left.is_number() && right.is_number()) return mod_of_numbers(left, right, evaluation);
  if (!left.has_value() || !right.has_value()) return Evaluation::null();
  return Status(location(16611), fmt::format("$mod only supports numeric types, not {} and {}",
                                             type_of(left), type_of(right)));
}

}  // namespace

extern const Operator row_mod{.name = "$mod", .function = mod_of, .arity = {2, 2}};

}  // namespace cairn::expr
