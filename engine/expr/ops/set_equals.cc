// $setEquals: whether arrays have the same elements, in whatever order and number.
#include "engine/expr/function.h"
#include "engine/expr/view_set.h"

#include <fmt/format.h>

#include <utility>

namespace cairn::expr {
namespace {

Result<bool> equals(const ViewSet& first, DocumentView other, const Collation* collation,
                    Evaluation& evaluation) {
  ViewSet found(collation);
  for (const Element& element : other) {
    CAIRN_RETURN_IF_ERROR(evaluation.step());
    if (!first.contains(element.value)) return false;
    found.insert(element.value);
  }
  return found.size() == first.size();
}

Status need_array(ValueView value) {
  if (value.is_array()) return Status();
  return {location(17044), fmt::format("All operands of $setEquals must be arrays. One argument is "
                                       "of type: {}",
                                       type_of(value))};
}

// What follows an array that differs is not looked at.
Result<ValueView> set_equals(Values values, const Collation* collation, Evaluation& evaluation) {
  CAIRN_RETURN_IF_ERROR(need_array(values[0]));
  ViewSet first(collation);
  CAIRN_RETURN_IF_ERROR(first.insert_all(values[0].as_document(), evaluation));
  for (const ValueView other : values.subspan(1)) {
    CAIRN_RETURN_IF_ERROR(need_array(other));
    CAIRN_ASSIGN_OR_RETURN(const bool same,
                           equals(first, other.as_document(), collation, evaluation));
    if (!same) return Evaluation::boolean(false);
  }
  return Evaluation::boolean(true);
}

constexpr Operator kRow{
    .name = "$setEquals", .arity = {0, Arity::kAny}, .collated = set_equals, .settles_after = 1};

// MongoDB makes sets of constant arrays before there is a document.
Status check_constants(const Operands& operands) {
  for (std::size_t i = 0; i < operands.size(); ++i) {
    const Value* constant = operands[i]->constant();
    if (constant == nullptr || constant->view().is_array()) continue;
    return {location(5887502), fmt::format("All operands of $setEquals must be arrays. {}-th "
                                           "argument is of type: {}",
                                           i + 1, type_of(constant->view()))};
  }
  return Status();
}

Result<ExpressionPtr> parse_set_equals(ValueView argument, const Scope& scope) {
  CAIRN_ASSIGN_OR_RETURN(Operands operands, parse_operands(kRow.name, argument, scope, kRow.arity));
  if (operands.size() < 2) {
    return Status(location(17045),
                  fmt::format("$setEquals needs at least two arguments had: {}", operands.size()));
  }
  if (scope.folding() == Folding::kEverywhere) CAIRN_RETURN_IF_ERROR(check_constants(operands));
  return function_expression(kRow, scope.collation(), std::move(operands));
}

}  // namespace

extern const Operator row_set_equals{.name = "$setEquals", .parse = parse_set_equals};

}  // namespace cairn::expr
