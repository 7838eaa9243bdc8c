// $tanh: the hyperbolic tangent, of a number.
#include "engine/bson/decimal128_math.h"
#include "engine/expr/numeric.h"

#include <cmath>

namespace cairn::expr {
namespace {

constexpr RealFunction kTanh{"$tanh", [](double x) { return std::tanh(x); }, decimal128_tanh};

Result<ValueView> tanh_of(Values values, Evaluation& evaluation) {
  return apply(kTanh, values[0], evaluation);
}

}  // namespace

extern const Operator row_tanh{.name = "$tanh", .function = tanh_of, .arity = {1, 1}};

}  // namespace cairn::expr
