#include "engine/expr/function.h"

#include <algorithm>
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
      return evaluate_with({values.data(), operands_.size()}, evaluation);
    }
    std::vector<ValueView> values(operands_.size());
    return evaluate_with(values, evaluation);
  }

 private:
  // And counts what the function has to do.
  Result<ValueView> evaluate_with(std::span<ValueView> values, Evaluation& evaluation) const {
    std::size_t bytes = Evaluation::kBytesPerStep;
    for (std::size_t i = 0; i < values.size(); ++i) {
      Result<ValueView> value = operands_[i]->evaluate(evaluation);
      if (!value.ok()) return failed(std::move(value), values, i, evaluation);
      values[i] = *value;
      bytes += value->size();
    }
    CAIRN_RETURN_IF_ERROR(evaluation.step(bytes / Evaluation::kBytesPerStep));
    return call(values, evaluation);
  }

  // Where operand `count` failed: what the function makes of those before it, if that settles it.
  // The first stands in for operands that it must have: it tells nothing that it has not told.
  Result<ValueView> failed(Result<ValueView> failure, std::span<ValueView> values,
                           std::size_t count, Evaluation& evaluation) const {
    if (row_.settles_after == 0 || count < row_.settles_after) return failure;
    const std::size_t least = std::max<std::size_t>(count, row_.arity.least);
    std::fill(values.begin() + count, values.begin() + least, values[0]);
    Result<ValueView> made = call(values.first(least), evaluation);
    return !made.ok() || settled(*made) ? made : failure;
  }
  // null: an operand was; false: sets differed, whatever comes.
  static bool settled(ValueView made) {
    return made.type() == BsonType::kNull || (made.type() == BsonType::kBool && !made.as_bool());
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
