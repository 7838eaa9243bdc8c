// $sin: the sine, of an angle in radians.
#include "engine/bson/decimal128_math.h"
#include "engine/expr/numeric.h"

#include <cmath>

namespace cairn::expr {
namespace {

constexpr RealFunction kSin{"$sin", [](double x) { return std::sin(x); }, decimal128_sin,
                            RealFunction::Domain::kFinite};

Result<ValueView> sin_of(Values values, Evaluation& evaluation) {
  return apply(kSin, values[0], evaluation);
}

}  // namespace

extern const Operator row_sin{.name = "$sin", .function = sin_of, .arity = {1, 1}};

}  // namespace cairn::expr
