#include "engine/expr/deciding.h"

namespace cairn::expr {
namespace {

class UntilDecided final : public Expression {
 public:
  UntilDecided(Operands operands, Decides decides)
      : Expression(std::move(operands)), decisive_(decides == Decides::kWhenTrue) {}

  Result<ValueView> evaluate(Evaluation& evaluation) const override {
    for (const ExpressionPtr& operand : operands_) {
      CAIRN_ASSIGN_OR_RETURN(const ValueView value, operand->evaluate(evaluation));
      if (value.truthy() == decisive_) return Evaluation::boolean(decisive_);
    }
    return Evaluation::boolean(!decisive_);
  }

 private:
  bool decisive_;
};

}  // namespace

ExpressionPtr until_decided(Operands operands, Decides decides) {
  const bool decisive = decides == Decides::kWhenTrue;
  for (const ExpressionPtr& operand : operands) {
    const Value* value = operand->constant();
    if (value != nullptr && value->view().truthy() == decisive) {
      return constant_expression(Value::boolean(decisive));
    }
  }
  return std::make_unique<UntilDecided>(std::move(operands), decides);
}

}  // namespace cairn::expr
