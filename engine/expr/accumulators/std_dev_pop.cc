// $stdDevPop: the standard deviation of all numbers; null where that is not defined.
#include "engine/expr/deviation_state.h"

namespace cairn::expr {
namespace {

Result<AccumulatorPtr> parse_std_dev_pop(const AccumulatorArgument& argument, const Scope& scope) {
  CAIRN_ASSIGN_OR_RETURN(ExpressionPtr expression, parse_expression(argument.value, scope));
  return AccumulatorPtr(std::make_unique<DeviationState>(std::move(expression), 0));
}

}  // namespace

namespace accumulators {
extern const AccumulatorRow row_std_dev_pop{"$stdDevPop", parse_std_dev_pop};
}  // namespace accumulators

}  // namespace cairn::expr
