// $median as an expression: the number in the middle of an array.
#include "engine/expr/percentile_expression.h"

namespace cairn::expr {
namespace {

Result<ExpressionPtr> parse_median(ValueView argument, const Scope& scope) {
  return parse_percentile_expression("$median", argument, PercentileForm::kMedian, scope);
}

}  // namespace

extern const Operator row_median{.name = "$median", .parse = parse_median};

}  // namespace cairn::expr
