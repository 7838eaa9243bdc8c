// $acos: the arc cosine, in radians.
#include "engine/bson/decimal128_math.h"
#include "engine/expr/numeric.h"

#include <cmath>

namespace cairn::expr {
namespace {

constexpr RealFunction kAcos{"$acos", [](double x) { return std::acos(x); }, decimal128_acos,
                             RealFunction::Domain::kUnit};

Result<ValueView> acos_of(Values values, Evaluation& evaluation) {
  return apply(kAcos, values[0], evaluation);
}

}  // namespace

extern const Operator row_acos{.name = "$acos", .function = acos_of, .arity = {1, 1}};

}  // namespace cairn::expr
