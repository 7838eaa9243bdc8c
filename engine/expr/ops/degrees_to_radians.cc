// $degreesToRadians: an angle in radians.
#include "engine/bson/decimal128.h"
#include "engine/expr/numeric.h"

#include <numbers>

namespace cairn::expr {
namespace {

Decimal128 decimal_degrees_to_radians(Decimal128 x) {
  // pi / 180, to 34 digits.
  static const Decimal128 kFactor =
      *Decimal128::from_string("0.01745329251994329576923690768488613");
  return decimal128_multiply(x, kFactor);
}

constexpr RealFunction kDegreesToRadians{"$degreesToRadians",
                                         [](double x) { return x * (std::numbers::pi / 180); },
                                         decimal_degrees_to_radians};

Result<ValueView> degrees_to_radians(Values values, Evaluation& evaluation) {
  return apply(kDegreesToRadians, values[0], evaluation);
}

}  // namespace

extern const Operator row_degrees_to_radians{
    .name = "$degreesToRadians", .function = degrees_to_radians, .arity = {1, 1}};

}  // namespace cairn::expr
