// $and: whether all operands are true; those after the first that is not are not evaluated.
#include "engine/expr/deciding.h"

namespace cairn::expr {
namespace {

Result<ExpressionPtr> parse_and(ValueView argument, const Scope& scope) {
  CAIRN_ASSIGN_OR_RETURN(Operands operands,
                         parse_operands("$and", argument, scope, {0, Arity::kAny}));
  return until_decided(std::move(operands), Decides::kWhenFalse);
}

}  // namespace

extern const Operator row_and{.name = "$and", .parse = parse_and};

}  // namespace cairn::expr
