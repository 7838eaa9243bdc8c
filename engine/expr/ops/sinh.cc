// $sinh: the hyperbolic sine, of a number.
#include "engine/bson/decimal128_math.h"
#include "engine/expr/numeric.h"

#include <cmath>

namespace cairn::expr {
namespace {

constexpr RealFunction kSinh{"$sinh", [](double x) { return std::sinh(x); }, decimal128_sinh};

Result<ValueView> sinh_of(Values values, Evaluation& evaluation) {
  return apply(kSinh, values[0], evaluation);
}

}  // namespace

extern const Operator row_sinh{.name = "$sinh", .function = sinh_of, .arity = {1, 1}};

}  // namespace cairn::expr
