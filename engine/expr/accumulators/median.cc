// $median: the number in the middle; null where there is none.
#include "engine/expr/percentile_state.h"

namespace cairn::expr {
namespace {

class MedianOf final : public PercentileState {
 public:
  using PercentileState::PercentileState;
  Result<ValueView> result(const void* state, Evaluation& evaluation) const override {
    const Quantiles& numbers = of(state);
    return numbers.empty() ? Evaluation::null() : evaluation.number(numbers.at(shares()[0]));
  }
};

Result<AccumulatorPtr> parse_median(ValueView argument, const Scope& scope) {
  CAIRN_ASSIGN_OR_RETURN(
      PercentileArguments arguments,
      parse_percentile("$median", argument, PercentileForm::kMedian, scope));
  return AccumulatorPtr(std::make_unique<MedianOf>("$median", std::move(arguments)));
}

}  // namespace

extern const AccumulatorRow row_median{"$median", parse_median};

}  // namespace cairn::expr
