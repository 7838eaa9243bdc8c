// $setIsSubset: whether all elements of one array are in another.
#include "engine/expr/function.h"
#include "engine/expr/view_set.h"

#include <utility>

namespace cairn::expr {
namespace {

Result<ValueView> set_is_subset(Values values, const Collation* collation, Evaluation& evaluation) {
  CAIRN_RETURN_IF_ERROR(need_array_operand("$setIsSubset", 17046, "First", values[0]));
  CAIRN_RETURN_IF_ERROR(need_array_operand("$setIsSubset", 17042, "Second", values[1]));
  ViewSet all(collation);
  CAIRN_RETURN_IF_ERROR(all.insert_all(values[1].as_document(), evaluation));
  for (const Element& element : values[0].as_document()) {
    CAIRN_RETURN_IF_ERROR(evaluation.step());
    if (!all.contains(element.value)) return Evaluation::boolean(false);
  }
  return Evaluation::boolean(true);
}

constexpr Operator kSetIsSubset{
    .name = "$setIsSubset", .arity = {2, 2}, .collated = set_is_subset, .settles_after = 1};

// MongoDB makes a set of a second operand that is constant before there is a document.
Result<ExpressionPtr> parse_set_is_subset(ValueView argument, const Scope& scope) {
  CAIRN_ASSIGN_OR_RETURN(Operands operands,
                         parse_operands(kSetIsSubset.name, argument, scope, kSetIsSubset.arity));
  const Value* constant = operands[1]->constant();
  const bool early = scope.folding() == Folding::kEverywhere;
  if (early && constant != nullptr && operands[0]->constant() == nullptr) {
    CAIRN_RETURN_IF_ERROR(need_array_operand("$setIsSubset", 17311, "Second", constant->view()));
  }
  return function_expression(kSetIsSubset, scope.collation(), std::move(operands));
}

}  // namespace

extern const Operator row_set_is_subset{.name = "$setIsSubset", .parse = parse_set_is_subset};

}  // namespace cairn::expr
