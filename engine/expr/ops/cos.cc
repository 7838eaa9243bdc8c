// $cos: the cosine, of an angle in radians.
#include "engine/bson/decimal128_math.h"
#include "engine/expr/numeric.h"

#include <cmath>

namespace cairn::expr {
namespace {

constexpr RealFunction kCos{"$cos", [](double x) { return std::cos(x); }, decimal128_cos,
                            RealFunction::Domain::kFinite};

Result<ValueView> cos_of(Values values, Evaluation& evaluation) {
  return apply(kCos, values[0], evaluation);
}

}  // namespace

extern const Operator row_cos{.name = "$cos", .function = cos_of, .arity = {1, 1}};

}  // namespace cairn::expr
