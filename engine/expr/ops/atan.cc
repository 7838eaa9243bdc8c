// $atan: the arc tangent, in radians.
#include "engine/bson/decimal128_math.h"
#include "engine/expr/numeric.h"

#include <cmath>

namespace cairn::expr {
namespace {

constexpr RealFunction kAtan{"$atan", [](double x) { return std::atan(x); }, decimal128_atan};

Result<ValueView> atan_of(Values values, Evaluation& evaluation) {
  return apply(kAtan, values[0], evaluation);
}

}  // namespace

extern const Operator row_atan{.name = "$atan", .function = atan_of, .arity = {1, 1}};

}  // namespace cairn::expr
