// $atan2: the angle of the point (x, y) in radians; y comes first.
#include "engine/bson/decimal128_math.h"
#include "engine/expr/numeric.h"

#include <fmt/format.h>

#include <cmath>

namespace cairn::expr {
namespace {

Status not_numeric_here(std::int32_t code, ValueView value) {
  return {location(code),
          fmt::format("$atan2 only supports numeric types, not {}", type_of(value))};
}

Result<ValueView> atan2_of(Values values, Evaluation& evaluation) {
  const ValueView y = values[0];
  const ValueView x = values[1];
  if (!y.has_value()) return Evaluation::null();
  if (!y.is_number()) return not_numeric_here(51044, y);
  if (!x.has_value()) return Evaluation::null();
  if (!x.is_number()) return not_numeric_here(51045, x);
  if (y.type() == BsonType::kDecimal128 || x.type() == BsonType::kDecimal128) {
    return evaluation.decimal128(decimal128_atan2(to_decimal(y), to_decimal(x)));
  }
  return evaluation.number(std::atan2(y.to_double(), x.to_double()));
}

}  // namespace

extern const Operator row_atan2{
    .name = "$atan2", .function = atan2_of, .arity = {2, 2}, .settles_after = 1};

}  // namespace cairn::expr
