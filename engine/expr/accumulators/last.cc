// $last: the last document's value; null where it is missing.
#include "engine/expr/one_value_state.h"
#include "engine/expr/window_values.h"

namespace cairn::expr {
namespace {

class WindowOfLast final : public WindowValues {
 public:
  Result<ValueView> result(Evaluation&) override {
    if (size() == 0) return Evaluation::null();
    const ValueView value = at(size() - 1);
    return value.missing() ? Evaluation::null() : value;
  }
};

class LastOf final : public OneValueState {
 public:
  using OneValueState::OneValueState;
  Status add(void* state, ValueView value, std::size_t& bytes) const override {
    assign(state, value.missing() ? Evaluation::null() : value, bytes);
    return Status();
  }
  Result<RemovablePtr> removable(Evaluation&) const override {
    return RemovablePtr(std::make_unique<WindowOfLast>());
  }
};

Result<AccumulatorPtr> parse_last(const AccumulatorArgument& argument, const Scope& scope) {
  CAIRN_ASSIGN_OR_RETURN(ExpressionPtr expression, parse_expression(argument.value, scope));
  return AccumulatorPtr(std::make_unique<LastOf>(std::move(expression)));
}

}  // namespace

namespace accumulators {
extern const AccumulatorRow row_last{"$last", parse_last};
}  // namespace accumulators

}  // namespace cairn::expr
