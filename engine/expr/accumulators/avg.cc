// $avg: the mean of the numbers among the values; null where there are none.
#include "engine/expr/accumulator.h"
#include "engine/expr/sum_state.h"

namespace cairn::expr {
namespace {

class MeanOf final : public SumState {
 public:
  using SumState::SumState;
  Result<ValueView> result(const void* state, Evaluation& evaluation) const override {
    return evaluation.copy(of(state).average());
  }
  Result<RemovablePtr> removable(Evaluation&) const override {
    return RemovablePtr(std::make_unique<WindowSum<&Sum::average>>());
  }
};

Result<AccumulatorPtr> parse_avg(const AccumulatorArgument& argument, const Scope& scope) {
  CAIRN_ASSIGN_OR_RETURN(ExpressionPtr expression, parse_expression(argument.value, scope));
  return AccumulatorPtr(std::make_unique<MeanOf>(std::move(expression)));
}

}  // namespace

namespace accumulators {
extern const AccumulatorRow row_avg{"$avg", parse_avg};
}  // namespace accumulators

}  // namespace cairn::expr
