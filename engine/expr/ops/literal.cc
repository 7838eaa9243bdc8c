// $literal: its argument, not evaluated.
#include "engine/expr/expression.h"

namespace cairn::expr {
namespace {

class Literal final : public Expression {
 public:
  explicit Literal(ValueView value) : value_(value) {}
  Result<ValueView> evaluate(DocumentView, Scratch&) const override { return value_.view(); }
  const Value* constant() const override { return &value_; }

 private:
  Value value_;
};

Result<ExpressionPtr> parse_literal(ValueView argument) {
  return ExpressionPtr(std::make_unique<Literal>(argument));
}

}  // namespace

extern const Operator row_literal{"$literal", parse_literal};

}  // namespace cairn::expr
