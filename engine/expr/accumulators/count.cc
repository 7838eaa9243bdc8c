// $count: how many documents there are.
#include "engine/expr/sum_state.h"

namespace cairn::expr {
namespace {

class CountOf final : public SumState {
 public:
  // Every document counts 1.
  CountOf() : SumState(constant_expression(Value::int32(1))) {}
  Result<ValueView> result(const void* state, Evaluation& evaluation) const override {
    return evaluation.copy(of(state).total());
  }
  Result<RemovablePtr> removable(Evaluation&) const override {
    return RemovablePtr(std::make_unique<WindowSum<&Sum::total>>());
  }
};

Result<AccumulatorPtr> parse_count(const AccumulatorArgument& argument, const Scope&) {
  if (!argument.value.is_document() || !argument.value.as_document().empty()) {
    return Status(ErrorCode::kTypeMismatch, "$count takes no arguments, i.e. $count:{}");
  }
  return AccumulatorPtr(std::make_unique<CountOf>());
}

}  // namespace

namespace accumulators {
extern const AccumulatorRow row_count{"$count", parse_count};
}  // namespace accumulators

}  // namespace cairn::expr
