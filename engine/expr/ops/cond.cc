// $cond: one of two expressions, the other of which is not evaluated.
#include "engine/expr/expression.h"

#include <fmt/format.h>

namespace cairn::expr {
namespace {

class Cond final : public Expression {
 public:
  using Expression::Expression;  // if, then, else

  Result<ValueView> evaluate(Evaluation& evaluation) const override {
    CAIRN_ASSIGN_OR_RETURN(const ValueView condition, operands_[0]->evaluate(evaluation));
    return operands_[condition.truthy() ? 1 : 2]->evaluate(evaluation);
  }
};

Result<Operands> parse_named(DocumentView argument, const Scope& scope) {
  ExpressionPtr condition;
  ExpressionPtr then;
  ExpressionPtr otherwise;
  for (const Element& field : argument) {
    ExpressionPtr* place = field.name == "if"     ? &condition
                           : field.name == "then" ? &then
                           : field.name == "else" ? &otherwise
                                                  : nullptr;
    if (place == nullptr) {
      return Status(location(17083),
                    fmt::format("Unrecognized parameter to $cond: {}", field.name));
    }
    CAIRN_ASSIGN_OR_RETURN(*place, parse_expression(field.value, scope));
  }
  if (!condition) return Status(location(17080), "Missing 'if' parameter to $cond");
  if (!then) return Status(location(17081), "Missing 'then' parameter to $cond");
  if (!otherwise) return Status(location(17082), "Missing 'else' parameter to $cond");
  Operands operands;
  operands.push_back(std::move(condition));
  operands.push_back(std::move(then));
  operands.push_back(std::move(otherwise));
  return operands;
}

Result<ExpressionPtr> parse_cond(ValueView argument, const Scope& scope) {
  CAIRN_ASSIGN_OR_RETURN(Operands operands, argument.is_document()
                                                ? parse_named(argument.as_document(), scope)
                                                : parse_operands("$cond", argument, scope, {3, 3}));
  // A condition that is known leaves one of the two, and what that reads.
  if (const Value* condition = operands[0]->constant()) {
    return std::move(operands[condition->view().truthy() ? 1 : 2]);
  }
  return ExpressionPtr(std::make_unique<Cond>(std::move(operands)));
}

}  // namespace

extern const Operator row_cond{.name = "$cond", .parse = parse_cond};

}  // namespace cairn::expr
