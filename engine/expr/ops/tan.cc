// $tan: the tangent, of an angle in radians.
#include "engine/bson/decimal128_math.h"
#include "engine/expr/numeric.h"

#include <cmath>

namespace cairn::expr {
namespace {

constexpr RealFunction kTan{"$tan", [](double x) { return std::tan(x); }, decimal128_tan,
                            RealFunction::Domain::kFinite};

Result<ValueView> tan_of(Values values, Evaluation& evaluation) {
  return apply(kTan, values[0], evaluation);
}

}  // namespace

extern const Operator row_tan{.name = "$tan", .function = tan_of, .arity = {1, 1}};

}  // namespace cairn::expr
