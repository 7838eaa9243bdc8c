// $toHashedIndexKey: the key that a value has in a hashed index.
#include "engine/bson/hashed_key.h"
#include "engine/expr/function.h"

namespace cairn::expr {
namespace {

Result<ValueView> to_hashed_index_key(Values values, Evaluation& evaluation) {
  return evaluation.int64(hashed_key(values[0]));
}

const Operator kOfValue{.name = "$toHashedIndexKey", .function = to_hashed_index_key};

// An array is the value and not a list of operands.
Result<ExpressionPtr> parse_to_hashed_index_key(ValueView argument, const Scope& scope) {
  Operands operands;
  CAIRN_ASSIGN_OR_RETURN(ExpressionPtr operand, parse_expression(argument, scope));
  operands.push_back(std::move(operand));
  return function_expression(kOfValue, nullptr, std::move(operands));
}

}  // namespace

extern const Operator row_to_hashed_index_key{.name = "$toHashedIndexKey",
                                              .parse = parse_to_hashed_index_key};

}  // namespace cairn::expr
