// $divide: one number by another; never an integer.
#include "engine/bson/decimal128.h"
#include "engine/expr/numeric.h"

#include <fmt/format.h>

namespace cairn::expr {
namespace {

Status by_zero() { return {ErrorCode::kBadValue, "can't $divide by zero"}; }

Result<ValueView> divide_of(Values values, Evaluation& evaluation) {
  const ValueView left = values[0];
  const ValueView right = values[1];
  if (left.is_number() && right.is_number()) {
    if (left.type() == BsonType::kDecimal128 || right.type() == BsonType::kDecimal128) {
      const Decimal128 divisor = to_decimal(right);
      if (decimal128_is_zero(divisor)) return by_zero();
      return evaluation.decimal128(decimal128_divide(to_decimal(left), divisor));
    }
    if (right.to_double() == 0) return by_zero();
    return evaluation.number(left.to_double() / right.to_double());
  }
  if (!left.has_value() || !right.has_value()) return Evaluation::null();
  return Status(ErrorCode::kTypeMismatch,
                fmt::format("$divide only supports numeric types, not {} and {}", type_of(left),
                            type_of(right)));
}

}  // namespace

extern const Operator row_divide{.name = "$divide", .function = divide_of, .arity = {2, 2}};

}  // namespace cairn::expr
