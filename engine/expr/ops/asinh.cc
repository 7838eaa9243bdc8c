// $asinh: the inverse hyperbolic sine, of a number.
#include "engine/bson/decimal128_math.h"
#include "engine/expr/numeric.h"

#include <cmath>

namespace cairn::expr {
namespace {

constexpr RealFunction kAsinh{"$asinh", [](double x) { return std::asinh(x); }, decimal128_asinh};

Result<ValueView> asinh_of(Values values, Evaluation& evaluation) {
  return apply(kAsinh, values[0], evaluation);
}

}  // namespace

extern const Operator row_asinh{.name = "$asinh", .function = asinh_of, .arity = {1, 1}};

}  // namespace cairn::expr
