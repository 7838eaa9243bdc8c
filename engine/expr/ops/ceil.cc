// $ceil: the least whole number that is not below a number.
#include "engine/expr/rounding.h"

#include <cmath>

namespace cairn::expr {
namespace {

Result<ValueView> ceil_of(Values values, Evaluation& evaluation) {
  return to_whole(
      "$ceil", values[0], [](double x) { return std::ceil(x); }, DecimalRounding::kUp, evaluation);
}

}  // namespace

extern const Operator row_ceil{.name = "$ceil", .function = ceil_of, .arity = {1, 1}};

}  // namespace cairn::expr
