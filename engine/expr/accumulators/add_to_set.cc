// $addToSet: an array of the distinct values; missing ones are left out.
#include "engine/expr/set_state.h"

namespace cairn::expr {
namespace {

class SetOfAll final : public SetState {
 public:
  using SetState::SetState;
  Status add(void* state, ValueView value, std::size_t& bytes) const override {
    return insert(state, value, bytes);
  }
};

Result<AccumulatorPtr> parse_add_to_set(const AccumulatorArgument& argument, const Scope& scope) {
  CAIRN_ASSIGN_OR_RETURN(ExpressionPtr expression, parse_expression(argument.value, scope));
  return AccumulatorPtr(
      std::make_unique<SetOfAll>("$addToSet", std::move(expression), scope.collation()));
}

}  // namespace

namespace accumulators {
extern const AccumulatorRow row_add_to_set{"$addToSet", parse_add_to_set};
}  // namespace accumulators

}  // namespace cairn::expr
