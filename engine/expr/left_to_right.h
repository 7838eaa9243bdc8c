// Operators that go through their operands from left to right and end at the first null ($add,
// $multiply, $bitAnd, …): operands behind it are not evaluated.
#pragma once

#include "engine/expr/expression.h"

#include <memory>
#include <utility>

namespace cairn::expr {

// A State has `Status add(ValueView value)`, which is never given null, and
// `ValueView result(Evaluation& evaluation)`.
template <typename State>
class LeftToRight final : public Expression {
 public:
  using Expression::Expression;

  Result<ValueView> evaluate(Evaluation& evaluation) const override {
    State state;
    for (const ExpressionPtr& operand : operands_) {
      CAIRN_ASSIGN_OR_RETURN(const ValueView value, operand->evaluate(evaluation));
      if (!value.has_value()) return Evaluation::null();
      CAIRN_RETURN_IF_ERROR(state.add(value));
    }
    return state.result(evaluation);
  }
};

template <typename State>
Result<ExpressionPtr> parse_left_to_right(std::string_view name, ValueView argument,
                                          const Scope& scope) {
  CAIRN_ASSIGN_OR_RETURN(Operands operands,
                         parse_operands(name, argument, scope, {0, Arity::kAny}));
  return ExpressionPtr(std::make_unique<LeftToRight<State>>(std::move(operands)));
}

}  // namespace cairn::expr
