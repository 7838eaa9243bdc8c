// $first: the first document's value; null where it is missing.
#include "engine/expr/one_value_state.h"

namespace cairn::expr {
namespace {

class FirstOf final : public OneValueState {
 public:
  using OneValueState::OneValueState;
  Status add(void* state, ValueView value, std::size_t& bytes) const override {
    if (!of(state).missing()) return Status();
    assign(state, value.missing() ? Evaluation::null() : value, bytes);
    return Status();
  }
};

Result<AccumulatorPtr> parse_first(ValueView argument, const Scope& scope) {
  CAIRN_ASSIGN_OR_RETURN(ExpressionPtr expression, parse_unary("$first", argument, scope));
  return AccumulatorPtr(std::make_unique<FirstOf>(std::move(expression)));
}

}  // namespace

extern const AccumulatorRow row_first{"$first", parse_first};

}  // namespace cairn::expr
