// $radiansToDegrees: an angle in degrees.
#include "engine/bson/decimal128.h"
#include "engine/expr/numeric.h"

#include <numbers>

namespace cairn::expr {
namespace {

Decimal128 decimal_radians_to_degrees(Decimal128 x) {
  // 180 / pi, to 34 digits.
  static const Decimal128 kFactor = *Decimal128::from_string("57.29577951308232087679815481410517");
  return decimal128_multiply(x, kFactor);
}

constexpr RealFunction kRadiansToDegrees{"$radiansToDegrees",
                                         [](double x) { return x * (180 / std::numbers::pi); },
                                         decimal_radians_to_degrees};

Result<ValueView> radians_to_degrees(Values values, Evaluation& evaluation) {
  return apply(kRadiansToDegrees, values[0], evaluation);
}

}  // namespace

extern const Operator row_radians_to_degrees{
    .name = "$radiansToDegrees", .function = radians_to_degrees, .arity = {1, 1}};

}  // namespace cairn::expr
