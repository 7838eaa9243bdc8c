// $max: the greatest value that is neither null nor missing; null where there is none.
#include "engine/expr/one_value_state.h"
#include "engine/expr/window_extreme.h"

namespace cairn::expr {
namespace {

class GreatestOf final : public OneValueState {
 public:
  GreatestOf(ExpressionPtr expression, const Collation* collation)
      : OneValueState(std::move(expression)), collation_(collation) {}
  Status add(void* state, ValueView value, std::size_t& bytes) const override {
    if (!value.has_value()) return Status();
    const ValueView best = of(state).view();
    if (best.missing() || compare_fast(value, best, collation_) > 0) assign(state, value, bytes);
    return Status();
  }
  Result<RemovablePtr> removable(Evaluation&) const override {
    return RemovablePtr(std::make_unique<WindowExtreme>(Extreme::kGreatest, collation_));
  }

 private:
  const Collation* collation_;
};

Result<AccumulatorPtr> parse_max(const AccumulatorArgument& argument, const Scope& scope) {
  CAIRN_ASSIGN_OR_RETURN(ExpressionPtr expression, parse_expression(argument.value, scope));
  return AccumulatorPtr(std::make_unique<GreatestOf>(std::move(expression), scope.collation()));
}

}  // namespace

namespace accumulators {
extern const AccumulatorRow row_max{"$max", parse_max};
}  // namespace accumulators

}  // namespace cairn::expr
