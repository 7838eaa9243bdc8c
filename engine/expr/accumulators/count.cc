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
};

Result<AccumulatorPtr> parse_count(ValueView argument, const Scope&) {
  if (!argument.is_document() || !argument.as_document().empty()) {
    return Status(ErrorCode::kTypeMismatch, "$count takes no arguments, i.e. $count:{}");
  }
  return AccumulatorPtr(std::make_unique<CountOf>());
}

}  // namespace

extern const AccumulatorRow row_count{"$count", parse_count};

}  // namespace cairn::expr
