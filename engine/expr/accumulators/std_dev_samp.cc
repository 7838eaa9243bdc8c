// $stdDevSamp: the standard deviation of the numbers, taken as a sample; null where that is not
// defined.
#include "engine/expr/deviation_state.h"

namespace cairn::expr {
namespace {

Result<AccumulatorPtr> parse_std_dev_samp(const AccumulatorArgument& argument, const Scope& scope) {
  CAIRN_ASSIGN_OR_RETURN(ExpressionPtr expression, parse_expression(argument.value, scope));
  return AccumulatorPtr(std::make_unique<DeviationState>(std::move(expression), 1));
}

}  // namespace

namespace accumulators {
extern const AccumulatorRow row_std_dev_samp{"$stdDevSamp", parse_std_dev_samp};
}  // namespace accumulators

}  // namespace cairn::expr
