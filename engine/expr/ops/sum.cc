// $sum as an expression: the sum of the numbers among several values, or in an array; 0 where there
// are none.
#include "engine/expr/sum.h"
#include "engine/expr/all_values.h"

namespace cairn::expr {
namespace {

Result<ValueView> sum_of(Values values, Evaluation& evaluation) {
  Sum sum;
  for_all_values(values, [&sum](ValueView value) {
    if (value.is_number()) sum.add(value);
  });
  return evaluation.copy(sum.total());
}

}  // namespace

extern const Operator row_sum{.name = "$sum", .function = sum_of, .arity = {0, Arity::kAny}};

}  // namespace cairn::expr
