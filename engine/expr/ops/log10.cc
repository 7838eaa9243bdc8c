// $log10: the logarithm of a number to base 10.
#include "engine/expr/logarithm.h"

#include "engine/bson/decimal128_math.h"

#include <cmath>

namespace cairn::expr {
namespace {

Result<ValueView> log10_of(Values values, Evaluation& evaluation) {
  constexpr Logarithm kLogarithm{"$log10", [](double x) { return std::log10(x); }, decimal128_log10,
                                 location(28761)};
  return apply(kLogarithm, values[0], evaluation);
}

}  // namespace

extern const Operator row_log10{.name = "$log10", .function = log10_of, .arity = {1, 1}};

}  // namespace cairn::expr
