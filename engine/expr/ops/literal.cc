// $literal: its argument, not evaluated.
#include "engine/expr/expression.h"

namespace cairn::expr {
namespace {

Result<ExpressionPtr> parse_literal(ValueView argument, const Scope&) {
  return constant_expression(Value(argument));
}

}  // namespace

extern const Operator row_literal{.name = "$literal", .parse = parse_literal};

}  // namespace cairn::expr
