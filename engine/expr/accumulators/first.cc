// $first: the first document's value; null where it is missing.
#include "engine/expr/one_value_state.h"
#include "engine/expr/window_values.h"

namespace cairn::expr {
namespace {

class WindowOfFirst final : public WindowValues {
 public:
  Result<ValueView> result(Evaluation&) override {
    if (size() == 0) return Evaluation::null();
    const ValueView value = at(0);
    return value.missing() ? Evaluation::null() : value;
  }
};

class FirstOf final : public OneValueState {
 public:
  using OneValueState::OneValueState;
  Status add(void* state, ValueView value, std::size_t& bytes) const override {
    if (!of(state).missing()) return Status();
    assign(state, value.missing() ? Evaluation::null() : value, bytes);
    return Status();
  }
  Result<RemovablePtr> removable(Evaluation&) const override {
    return RemovablePtr(std::make_unique<WindowOfFirst>());
  }
};

Result<AccumulatorPtr> parse_first(const AccumulatorArgument& argument, const Scope& scope) {
  CAIRN_ASSIGN_OR_RETURN(ExpressionPtr expression, parse_expression(argument.value, scope));
  return AccumulatorPtr(std::make_unique<FirstOf>(std::move(expression)));
}

}  // namespace

namespace accumulators {
extern const AccumulatorRow row_first{"$first", parse_first};
}  // namespace accumulators

}  // namespace cairn::expr
