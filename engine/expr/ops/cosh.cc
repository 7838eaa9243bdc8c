// $cosh: the hyperbolic cosine, of a number.
#include "engine/bson/decimal128_math.h"
#include "engine/expr/numeric.h"

#include <cmath>

namespace cairn::expr {
namespace {

constexpr RealFunction kCosh{"$cosh", [](double x) { return std::cosh(x); }, decimal128_cosh};

Result<ValueView> cosh_of(Values values, Evaluation& evaluation) {
  return apply(kCosh, values[0], evaluation);
}

}  // namespace

extern const Operator row_cosh{.name = "$cosh", .function = cosh_of, .arity = {1, 1}};

}  // namespace cairn::expr
