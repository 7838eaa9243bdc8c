// $asin: the arc sine, in radians.
#include "engine/bson/decimal128_math.h"
#include "engine/expr/numeric.h"

#include <cmath>

namespace cairn::expr {
namespace {

constexpr RealFunction kAsin{"$asin", [](double x) { return std::asin(x); }, decimal128_asin,
                             RealFunction::Domain::kUnit};

Result<ValueView> asin_of(Values values, Evaluation& evaluation) {
  return apply(kAsin, values[0], evaluation);
}

}  // namespace

extern const Operator row_asin{.name = "$asin", .function = asin_of, .arity = {1, 1}};

}  // namespace cairn::expr
