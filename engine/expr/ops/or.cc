// $or: whether any operand is true; those after the first that is are not evaluated.
#include "engine/expr/deciding.h"

namespace cairn::expr {
namespace {

Result<ExpressionPtr> parse_or(ValueView argument, const Scope& scope) {
  CAIRN_ASSIGN_OR_RETURN(Operands operands,
                         parse_operands("$or", argument, scope, {0, Arity::kAny}));
  return until_decided(std::move(operands), Decides::kWhenTrue);
}

}  // namespace

extern const Operator row_or{.name = "$or", .parse = parse_or};

}  // namespace cairn::expr
