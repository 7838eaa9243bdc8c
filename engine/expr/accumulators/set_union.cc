// $setUnion: an array of the distinct elements of all arrays.
#include <fmt/format.h>

#include "engine/expr/set_state.h"

namespace cairn::expr {
namespace {

Status check_array(ValueView value) {
  if (value.missing() || value.is_array()) return Status();
  return {ErrorCode::kTypeMismatch,
          fmt::format("$setUnion requires array inputs, but input {} is of type {}", to_json(value),
                      type_of(value))};
}

class WindowUnion final : public WindowSet {
 public:
  using WindowSet::WindowSet;
  Status add(ValueView value) override {
    CAIRN_RETURN_IF_ERROR(check_array(value));
    if (value.missing()) return Status();
    for (const Element& element : value.as_document()) insert(element.value);
    return Status();
  }
  Status remove(ValueView value) override {
    if (value.missing()) return Status();
    for (const Element& element : value.as_document()) erase(element.value);
    return Status();
  }
};

class UnionOfAll final : public SetState {
 public:
  using SetState::SetState;
  Status add(void* state, ValueView value, std::size_t& bytes) const override {
    CAIRN_RETURN_IF_ERROR(check_array(value));
    return value.missing() ? Status() : insert_all(state, value.as_document(), bytes);
  }
  Result<RemovablePtr> removable(Evaluation&) const override {
    return RemovablePtr(std::make_unique<WindowUnion>(collation()));
  }
};

Result<AccumulatorPtr> parse_set_union(const AccumulatorArgument& argument, const Scope& scope) {
  CAIRN_ASSIGN_OR_RETURN(ExpressionPtr expression, parse_expression(argument.value, scope));
  return AccumulatorPtr(
      std::make_unique<UnionOfAll>("$setUnion", std::move(expression), scope.collation()));
}

}  // namespace

namespace accumulators {
extern const AccumulatorRow row_set_union{"$setUnion", parse_set_union};
}  // namespace accumulators

}  // namespace cairn::expr
