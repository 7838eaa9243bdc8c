// $percentile: for each share p the number that the share does not exceed; nulls where there is no
// number.
#include "engine/expr/percentile_state.h"
#include "engine/expr/value_list.h"
#include "engine/expr/window_quantiles.h"

namespace cairn::expr {
namespace {

class PercentilesOf final : public PercentileState {
 public:
  using PercentileState::PercentileState;
  Result<ValueView> result(const void* state, Evaluation& evaluation) const override {
    const Quantiles& numbers = of(state);
    ValueList list;
    for (const double share : shares()) {
      list.push(numbers.empty() ? Evaluation::null() : evaluation.number(numbers.at(share)));
    }
    return list.array(evaluation);
  }
  Result<RemovablePtr> removable(Evaluation&) const override {
    return RemovablePtr(std::make_unique<WindowQuantiles>(shares(), WindowQuantiles::Form::kArray));
  }
};

Result<AccumulatorPtr> parse_percentiles(const AccumulatorArgument& argument, const Scope& scope) {
  CAIRN_ASSIGN_OR_RETURN(
      PercentileArguments arguments,
      parse_percentile("$percentile", argument.value, PercentileForm::kPercentiles, scope));
  return AccumulatorPtr(std::make_unique<PercentilesOf>("$percentile", std::move(arguments)));
}

}  // namespace

namespace accumulators {
extern const AccumulatorRow row_percentile{"$percentile", parse_percentiles};
}  // namespace accumulators

}  // namespace cairn::expr
