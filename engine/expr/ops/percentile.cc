// $percentile as an expression: for each share the number of an array that the share does not
// exceed.
#include "engine/expr/percentile_expression.h"

namespace cairn::expr {
namespace {

Result<ExpressionPtr> parse_percentile(ValueView argument, const Scope& scope) {
  return parse_percentile_expression("$percentile", argument, PercentileForm::kPercentiles, scope);
}

}  // namespace

extern const Operator row_percentile{.name = "$percentile", .parse = parse_percentile};

}  // namespace cairn::expr
