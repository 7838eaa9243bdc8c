// $sortArray: an array's elements in order: by a pattern of fields, or as whole values (1, -1).
#include "engine/expr/array_order.h"
#include "engine/expr/arrays.h"
#include "engine/expr/named_arguments.h"

#include <fmt/format.h>

#include <utility>

namespace cairn::expr {
namespace {

enum : std::size_t { kInput, kSortBy };
constexpr NamedArgument kArguments[] = {
    {"input", {2942502, "$sortArray requires 'input' to be specified"}},
    {"sortBy", {2942503, "$sortArray requires 'sortBy' to be specified"}}};
constexpr NamedShape kShape{
    .not_object = {2942500, "$sortArray requires an object as an argument, found: {}"},
    .unknown = {2942501, "$sortArray found an unknown argument: {}"},
    .arguments = kArguments};

class SortArray final : public Expression {
 public:
  SortArray(ArrayOrder order, ExpressionPtr input) : order_(std::move(order)) {
    operands_.push_back(std::move(input));
  }

  Result<ValueView> evaluate(Evaluation& evaluation) const override {
    CAIRN_ASSIGN_OR_RETURN(const ValueView input, operands_[0]->evaluate(evaluation));
    if (!input.has_value()) return Evaluation::null();
    if (!input.is_array()) {
      return Status(location(2942504), fmt::format("The input argument to $sortArray must be an "
                                                   "array, but was of type: {}",
                                                   type_of(input)));
    }
    ElementViews elements(input.as_document());
    CAIRN_RETURN_IF_ERROR(order_.sort(elements.views(), evaluation));
    return build_array(elements.views(), evaluation);
  }

 private:
  ArrayOrder order_;
};

Result<ExpressionPtr> parse_sort_array(ValueView argument, const Scope& scope) {
  CAIRN_ASSIGN_OR_RETURN(const NamedFields fields, named_fields(kShape, argument));
  CAIRN_ASSIGN_OR_RETURN(ArrayOrder order, ArrayOrder::parse(fields[kSortBy], scope.collation()));
  CAIRN_ASSIGN_OR_RETURN(ExpressionPtr input, parse_expression(fields[kInput], scope));
  return ExpressionPtr(std::make_unique<SortArray>(std::move(order), std::move(input)));
}

}  // namespace

extern const Operator row_sort_array{
    .name = "$sortArray", .parse = parse_sort_array, .folded = false};

}  // namespace cairn::expr
