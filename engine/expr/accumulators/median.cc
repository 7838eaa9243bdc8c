// $median: the number in the middle; null where there is none.
#include "engine/expr/percentile_state.h"
#include "engine/expr/window_quantiles.h"

namespace cairn::expr {
namespace {

class MedianOf final : public PercentileState {
 public:
  using PercentileState::PercentileState;
  Result<ValueView> result(const void* state, Evaluation& evaluation) const override {
    const Quantiles& numbers = of(state);
    return numbers.empty() ? Evaluation::null() : evaluation.number(numbers.at(shares()[0]));
  }
  Result<RemovablePtr> removable(Evaluation&) const override {
    return RemovablePtr(std::make_unique<WindowQuantiles>(shares(), WindowQuantiles::Form::kOne));
  }
};

Result<AccumulatorPtr> parse_median(const AccumulatorArgument& argument, const Scope& scope) {
  CAIRN_ASSIGN_OR_RETURN(
      PercentileArguments arguments,
      parse_percentile("$median", argument.value, PercentileForm::kMedian, scope));
  return AccumulatorPtr(std::make_unique<MedianOf>("$median", std::move(arguments)));
}

}  // namespace

namespace accumulators {
extern const AccumulatorRow row_median{"$median", parse_median};
}  // namespace accumulators

}  // namespace cairn::expr
