// $exp: e raised to a number.
#include "engine/bson/decimal128_math.h"
#include "engine/expr/numeric.h"

#include <cmath>

namespace cairn::expr {
namespace {

constexpr RealFunction kExp{"$exp", [](double x) { return std::exp(x); }, decimal128_exp};

Result<ValueView> exp_of(Values values, Evaluation& evaluation) {
  return apply(kExp, values[0], evaluation);
}

}  // namespace

extern const Operator row_exp{.name = "$exp", .function = exp_of, .arity = {1, 1}};

}  // namespace cairn::expr
