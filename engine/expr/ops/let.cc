// $let: an expression in which names stand for values.
#include "engine/expr/expression.h"

#include <fmt/format.h>

namespace cairn::expr {
namespace {

// Operands: the variables' values, then the expression.
class Let final : public Expression {
 public:
  Let(Operands operands, std::vector<std::uint32_t> slots)
      : Expression(std::move(operands)), slots_(std::move(slots)) {}

  Result<ValueView> evaluate(Evaluation& evaluation) const override {
    for (std::size_t i = 0; i < slots_.size(); ++i) {
      CAIRN_ASSIGN_OR_RETURN(const ValueView value, operands_[i]->evaluate(evaluation));
      evaluation.set_variable(slots_[i], value);
    }
    return operands_.back()->evaluate(evaluation);
  }
  // The expression inside reads the slots.
  bool pure() const override { return false; }

 private:
  std::vector<std::uint32_t> slots_;
};

// A variable that the expression does not read is checked, and then left out.
Result<ExpressionPtr> build(DocumentView variables, ValueView in, const Scope& scope) {
  Operands values;
  std::vector<std::uint32_t> slots;
  Scope inside(&scope);
  // A variable inside the second value must not overwrite the first.
  Scope outside(&scope);
  outside.pass_over(variables.count());
  for (const Element& variable : variables) {
    CAIRN_RETURN_IF_ERROR(check_variable_name(variable.name));
    CAIRN_ASSIGN_OR_RETURN(ExpressionPtr value, parse_expression(variable.value, outside));
    values.push_back(std::move(value));
    slots.push_back(inside.define(variable.name));
  }
  CAIRN_ASSIGN_OR_RETURN(ExpressionPtr expression, parse_expression(in, inside));

  Operands operands;
  std::vector<std::uint32_t> used;
  for (std::size_t i = 0; i < slots.size(); ++i) {
    if (!inside.asked_for(slots[i])) continue;
    operands.push_back(std::move(values[i]));
    used.push_back(slots[i]);
  }
  if (operands.empty()) return expression;
  operands.push_back(std::move(expression));
  return ExpressionPtr(std::make_unique<Let>(std::move(operands), std::move(used)));
}

Result<ExpressionPtr> parse_let(ValueView argument, const Scope& scope) {
  if (!argument.is_document()) {
    return Status(location(16874), "$let only supports an object as its argument");
  }
  ValueView variables;
  ValueView in;
  for (const Element& field : argument.as_document()) {
    if (field.name == "vars") {
      variables = field.value;
    } else if (field.name == "in") {
      in = field.value;
    } else {
      return Status(location(16875), fmt::format("Unrecognized parameter to $let: {}", field.name));
    }
  }
  if (variables.missing()) return Status(location(16876), "Missing 'vars' parameter to $let");
  if (in.missing()) return Status(location(16877), "Missing 'in' parameter to $let");
  if (!variables.is_document()) {
    return Status(location(10065), "invalid parameter: expected an object (vars)");
  }

  return build(variables.as_document(), in, scope);
}

}  // namespace

extern const Operator row_let{.name = "$let", .parse = parse_let};

}  // namespace cairn::expr
