// $in: whether an array has a value as an element. A constant array is hashed once.
#include "engine/expr/expression.h"
#include "engine/expr/view_set.h"

#include <fmt/format.h>

#include <utility>

namespace cairn::expr {
namespace {

// So few are compared as quickly as hashed.
constexpr std::uint32_t kFewElements = 4;

class In final : public Expression {
 public:
  In(Operands operands, const Collation* collation)
      : Expression(std::move(operands)), collation_(collation) {
    const Value* constant = operands_[1]->constant();
    if (constant == nullptr || !constant->view().is_array()) return;
    const DocumentView array = constant->view().as_document();
    if (array.count() <= kFewElements) return;
    elements_.emplace(collation);
    elements_->insert_all(array);
  }

  Result<ValueView> evaluate(Evaluation& evaluation) const override {
    CAIRN_ASSIGN_OR_RETURN(const ValueView sought, operands_[0]->evaluate(evaluation));
    if (elements_) return Evaluation::boolean(elements_->contains(sought));
    CAIRN_ASSIGN_OR_RETURN(const ValueView array, operands_[1]->evaluate(evaluation));
    if (!array.is_array()) {
      return Status(location(40081), fmt::format("$in requires an array as a second argument, "
                                                 "found: {}",
                                                 type_of(array)));
    }
    for (const Element& element : array.as_document()) {
      CAIRN_RETURN_IF_ERROR(evaluation.step());
      if (compare(sought, element.value, collation_) == 0) return Evaluation::boolean(true);
    }
    return Evaluation::boolean(false);
  }

 private:
  const Collation* collation_;
  std::optional<ViewSet> elements_;  // of a constant array that has many; views into the operand
};

Result<ExpressionPtr> parse_in(ValueView argument, const Scope& scope) {
  CAIRN_ASSIGN_OR_RETURN(Operands operands, parse_operands("$in", argument, scope, {2, 2}));
  return ExpressionPtr(std::make_unique<In>(std::move(operands), scope.collation()));
}

}  // namespace

extern const Operator row_in{.name = "$in", .parse = parse_in};

}  // namespace cairn::expr
