// $floor: the greatest whole number that is not above a number.
#include "engine/expr/rounding.h"

#include <cmath>

namespace cairn::expr {
namespace {

Result<ValueView> floor_of(Values values, Evaluation& evaluation) {
  return to_whole(
      "$floor", values[0], [](double x) { return std::floor(x); }, DecimalRounding::kDown,
      evaluation);
}

}  // namespace

extern const Operator row_floor{.name = "$floor", .function = floor_of, .arity = {1, 1}};

}  // namespace cairn::expr
