// $push: an array of all values, in order; missing ones are left out.
#include "engine/expr/list_state.h"

namespace cairn::expr {
namespace {

class ArrayOfAll final : public ListState {
 public:
  using ListState::ListState;
  Status add(void* state, ValueView value, std::size_t& bytes) const override {
    return value.missing() ? Status() : push(state, value, bytes);
  }
};

Result<AccumulatorPtr> parse_push(const AccumulatorArgument& argument, const Scope& scope) {
  CAIRN_ASSIGN_OR_RETURN(ExpressionPtr expression, parse_expression(argument.value, scope));
  return AccumulatorPtr(std::make_unique<ArrayOfAll>("$push", std::move(expression)));
}

}  // namespace

namespace accumulators {
extern const AccumulatorRow row_push{"$push", parse_push};
}  // namespace accumulators

}  // namespace cairn::expr
