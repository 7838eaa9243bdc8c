// $concatArrays: one array of the elements of all arrays, in order.
#include <fmt/format.h>

#include "engine/expr/list_state.h"

namespace cairn::expr {
namespace {

class ElementsOfAll final : public ListState {
 public:
  using ListState::ListState;
  Status add(void* state, ValueView value, std::size_t& bytes) const override {
    if (value.missing()) return Status();
    if (value.is_array()) return push_all(state, value.as_document(), bytes);
    return {ErrorCode::kTypeMismatch,
            fmt::format("$concatArrays requires array inputs, but input {} is of type {}",
                        to_json(value), type_of(value))};
  }
};

Result<AccumulatorPtr> parse_concat_arrays(const AccumulatorArgument& argument,
                                           const Scope& scope) {
  CAIRN_ASSIGN_OR_RETURN(ExpressionPtr expression, parse_expression(argument.value, scope));
  return AccumulatorPtr(std::make_unique<ElementsOfAll>("$concatArrays", std::move(expression)));
}

}  // namespace

namespace accumulators {
extern const AccumulatorRow row_concat_arrays{"$concatArrays", parse_concat_arrays};
}  // namespace accumulators

}  // namespace cairn::expr
