// $ifNull: the first operand that is neither null nor missing, or else the last.
#include "engine/expr/expression.h"

#include <fmt/format.h>

namespace cairn::expr {
namespace {

class IfNull final : public Expression {
 public:
  using Expression::Expression;

  Result<ValueView> evaluate(Evaluation& evaluation) const override {
    ValueView value;
    for (const ExpressionPtr& operand : operands_) {
      CAIRN_ASSIGN_OR_RETURN(value, operand->evaluate(evaluation));
      if (value.has_value()) break;
    }
    return value;
  }
};

Result<ExpressionPtr> parse_if_null(ValueView argument, const Scope& scope) {
  CAIRN_ASSIGN_OR_RETURN(Operands operands,
                         parse_operands("$ifNull", argument, scope, {0, Arity::kAny}));
  if (operands.size() < 2) {
    return Status(location(1257300),
                  fmt::format("$ifNull needs at least two arguments, had: {}", operands.size()));
  }
  return ExpressionPtr(std::make_unique<IfNull>(std::move(operands)));
}

}  // namespace

extern const Operator row_if_null{.name = "$ifNull", .parse = parse_if_null};

}  // namespace cairn::expr
