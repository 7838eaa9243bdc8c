// $avg as an expression: the mean of the numbers among several values, or in an array; null where
// there are none.
#include "engine/expr/all_values.h"
#include "engine/expr/sum.h"

namespace cairn::expr {
namespace {

Result<ValueView> avg_of(Values values, Evaluation& evaluation) {
  Sum sum;
  for_all_values(values, [&sum](ValueView value) {
    if (value.is_number()) sum.add(value);
  });
  return evaluation.copy(sum.average());
}

}  // namespace

extern const Operator row_avg{.name = "$avg", .function = avg_of, .arity = {0, Arity::kAny}};

}  // namespace cairn::expr
