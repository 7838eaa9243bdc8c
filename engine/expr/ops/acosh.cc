// $acosh: the inverse hyperbolic cosine, of a number.
#include "engine/bson/decimal128_math.h"
#include "engine/expr/numeric.h"

#include <cmath>

namespace cairn::expr {
namespace {

constexpr RealFunction kAcosh{"$acosh", [](double x) { return std::acosh(x); }, decimal128_acosh,
                              RealFunction::Domain::kFromOne};

Result<ValueView> acosh_of(Values values, Evaluation& evaluation) {
  return apply(kAcosh, values[0], evaluation);
}

}  // namespace

extern const Operator row_acosh{.name = "$acosh", .function = acosh_of, .arity = {1, 1}};

}  // namespace cairn::expr
