// $sum: the sum of the numbers among the values; 0 where there are none.
#include "engine/expr/sum.h"

#include "engine/expr/accumulator.h"
#include "engine/expr/sum_state.h"

namespace cairn::expr {
namespace {

class SumOf final : public SumState {
 public:
  using SumState::SumState;
  Result<ValueView> result(const void* state, Evaluation& evaluation) const override {
    return evaluation.copy(of(state).total());
  }
  Result<RemovablePtr> removable(Evaluation&) const override {
    return RemovablePtr(std::make_unique<WindowSum<&Sum::narrow_total>>());
  }
};

Result<AccumulatorPtr> parse_sum(const AccumulatorArgument& argument, const Scope& scope) {
  CAIRN_ASSIGN_OR_RETURN(ExpressionPtr expression, parse_expression(argument.value, scope));
  return AccumulatorPtr(std::make_unique<SumOf>(std::move(expression)));
}

}  // namespace

namespace accumulators {
extern const AccumulatorRow row_sum{"$sum", parse_sum};
}  // namespace accumulators

}  // namespace cairn::expr
