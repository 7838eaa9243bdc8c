// $setUnion: an array of the distinct elements of all arrays.
#include <fmt/format.h>

#include "engine/expr/set_state.h"

namespace cairn::expr {
namespace {

class UnionOfAll final : public SetState {
 public:
  using SetState::SetState;
  Status add(void* state, ValueView value, std::size_t& bytes) const override {
    if (value.missing()) return Status();
    if (value.is_array()) return insert_all(state, value.as_document(), bytes);
    return {ErrorCode::kTypeMismatch,
            fmt::format("$setUnion requires array inputs, but input {} is of type {}",
                        to_json(value), type_of(value))};
  }
};

Result<AccumulatorPtr> parse_set_union(ValueView argument, const Scope& scope) {
  CAIRN_ASSIGN_OR_RETURN(ExpressionPtr expression, parse_unary("$setUnion", argument, scope));
  return AccumulatorPtr(
      std::make_unique<UnionOfAll>("$setUnion", std::move(expression), scope.collation()));
}

}  // namespace

extern const AccumulatorRow row_set_union{"$setUnion", parse_set_union};

}  // namespace cairn::expr
