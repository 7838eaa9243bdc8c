// $atanh: the inverse hyperbolic tangent, of a number.
#include "engine/bson/decimal128_math.h"
#include "engine/expr/numeric.h"

#include <cmath>

namespace cairn::expr {
namespace {

constexpr RealFunction kAtanh{"$atanh", [](double x) { return std::atanh(x); }, decimal128_atanh,
                              RealFunction::Domain::kUnit};

Result<ValueView> atanh_of(Values values, Evaluation& evaluation) {
  return apply(kAtanh, values[0], evaluation);
}

}  // namespace

extern const Operator row_atanh{.name = "$atanh", .function = atanh_of, .arity = {1, 1}};

}  // namespace cairn::expr
