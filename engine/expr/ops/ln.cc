// $ln: the natural logarithm of a number.
#include "engine/expr/logarithm.h"

#include "engine/bson/decimal128_math.h"

#include <cmath>

namespace cairn::expr {
namespace {

Result<ValueView> ln_of(Values values, Evaluation& evaluation) {
  constexpr Logarithm kLogarithm{"$ln", [](double x) { return std::log(x); }, decimal128_log,
                                 location(28766)};
  return apply(kLogarithm, values[0], evaluation);
}

}  // namespace

extern const Operator row_ln{.name = "$ln", .function = ln_of, .arity = {1, 1}};

}  // namespace cairn::expr
