#include "engine/expr/function.h"

#include <array>

namespace cairn::expr {
namespace {

// So many values are kept on the stack.
constexpr std::size_t kFewValues = 4;

class FunctionOf final : public Expression {
 public:
  FunctionOf(const Operator& row, const Collation* collation, Operands operands)
      : Expression(std::move(operands)), row_(row), collation_(collation) {}

  bool pure() const override { return row_.pure; }

  Result<ValueView> evaluate(Evaluation& evaluation) const override {
    if (operands_.size() <= kFewValues) {
      std::array<ValueView, kFewValues> values;
      CAIRN_RETURN_IF_ERROR(evaluate_operands(evaluation, values.data()));
      return call({values.data(), operands_.size()}, evaluation);
    }
    std::vector<ValueView> values(operands_.size());
    CAIRN_RETURN_IF_ERROR(evaluate_operands(evaluation, values.data()));
    return call(values, evaluation);
  }

 private:
  // And counts what the function has to do.
  Status evaluate_operands(Evaluation& evaluation, ValueView* values) const {
    std::size_t bytes = Evaluation::kBytesPerStep;
    for (const ExpressionPtr& operand : operands_) {
      CAIRN_ASSIGN_OR_RETURN(*values, operand->evaluate(evaluation));
      bytes += values->size();
      ++values;
    }
    return evaluation.step(bytes / Evaluation::kBytesPerStep);
  }

  Result<ValueView> call(Values values, Evaluation& evaluation) const {
    if (row_.function != nullptr) return row_.function(values, evaluation);
    return row_.collated(values, collation_, evaluation);
  }

  const Operator& row_;
  const Collation* collation_;
};

}  // namespace

ExpressionPtr function_expression(const Operator& row, const Collation* collation,
                                  Operands operands) {
  return std::make_unique<FunctionOf>(row, collation, std::move(operands));
}

}  // namespace cairn::expr
