// $indexOfArray: the position of the first element that equals a value, or -1.
#include "engine/expr/function.h"
#include "engine/expr/search_range.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace cairn::expr {
namespace {

Result<ValueView> index_of_array(Values values, const Collation* collation,
                                 Evaluation& evaluation) {
  if (!values[0].has_value()) return Evaluation::null();
  if (!values[0].is_array()) {
    return Status(location(40090), fmt::format("$indexOfArray requires an array as a first "
                                               "argument, found: {}",
                                               type_of(values[0])));
  }
  CAIRN_ASSIGN_OR_RETURN(const SearchRange range,
                         search_range("$indexOfArray", values, {9711600, 9711601}));
  std::int64_t at = 0;
  for (const Element& element : values[0].as_document()) {
    if (at >= range.end) break;
    CAIRN_RETURN_IF_ERROR(evaluation.step());
    if (at >= range.begin && compare(element.value, values[1], collation) == 0) {
      return evaluation.int32(static_cast<std::int32_t>(at));
    }
    ++at;
  }
  return evaluation.int32(-1);
}

constexpr Operator kIndexOfArray{
    .name = "$indexOfArray", .arity = {2, 4}, .collated = index_of_array, .settles_after = 1};

// MongoDB makes a map of an array that is constant where what is sought is not, and refuses another
// constant before there is a document.
Result<ExpressionPtr> parse_index_of_array(ValueView argument, const Scope& scope) {
  CAIRN_ASSIGN_OR_RETURN(Operands operands,
                         parse_operands(kIndexOfArray.name, argument, scope, kIndexOfArray.arity));
  const Value* constant = operands[0]->constant();
  if (scope.folding() == Folding::kWhereItWorks) {
    return function_expression(kIndexOfArray, scope.collation(), std::move(operands));
  }
  const bool varies = std::any_of(operands.begin(), operands.end(), [](const ExpressionPtr& one) {
    return one->constant() == nullptr;
  });
  if (varies && constant != nullptr && constant->view().has_value() &&
      !constant->view().is_array()) {
    return Status(location(50809), fmt::format("First operand of $indexOfArray must be an array. "
                                               "First argument is of type: {}",
                                               type_of(constant->view())));
  }
  return function_expression(kIndexOfArray, scope.collation(), std::move(operands));
}

}  // namespace

extern const Operator row_index_of_array{.name = "$indexOfArray", .parse = parse_index_of_array};

}  // namespace cairn::expr
