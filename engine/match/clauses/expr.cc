// $expr: an aggregation expression gives something that counts as true.
#include "engine/expr/expression.h"
#include "engine/expr/leaf.h"
#include "engine/match/operator.h"

namespace cairn::match {
namespace {

class ExpressionNode final : public Node {
 public:
  explicit ExpressionNode(expr::ExpressionPtr expression) : expression_(std::move(expression)) {}

  bool matches(DocumentView document, Trace& trace) const override {
    thread_local expr::Evaluation evaluation;  // its arena is reused from document to document
    evaluation.begin(document);
    Result<ValueView> value = expression_->evaluate(evaluation);
    const bool truthy = value.ok() && value->truthy();
    evaluation.begin(DocumentView());  // large values are not kept for the thread's next document
    if (!value.ok()) trace.error = value.take_status();
    return truthy;
  }

 private:
  expr::ExpressionPtr expression_;
};

// `$eq` of `_id` and a constant may be looked up: `_id` is never an array, so that the two `$eq`s
// agree on it.
void note_equality(ValueView argument, const expr::Expression& expression, Facts& facts) {
  if (!argument.is_document() || argument.as_document().begin()->name != "$eq") return;
  const auto operands = expression.operands();
  if (operands.size() != 2) return;
  for (const std::size_t at : {std::size_t{0}, std::size_t{1}}) {
    const FieldPath* path = operands[at]->path();
    const Value* value = operands[1 - at]->constant();
    if (path == nullptr || value == nullptr || path->size() != 1 || path->name(0) != "_id")
      continue;
    if (!value->view().has_value() || value->view().is_array()) continue;
    facts.predicates.push_back({Predicate::Kind::kEq, path->name(0), value->view()});
  }
}

std::string_view turned(std::string_view name) {
  if (name == "$lt") return "$gt";
  if (name == "$lte") return "$gte";
  if (name == "$gt") return "$lt";
  if (name == "$gte") return "$lte";
  return name;
}

void note_comparisons(ValueView argument, const expr::Expression& expression, Facts& facts) {
  if (!argument.is_document() || argument.as_document().empty()) return;
  const Element operation = *argument.as_document().begin();
  const auto operands = expression.operands();
  if (operation.name == "$and" && operation.value.is_array() &&
      operation.value.as_document().count() == operands.size()) {
    std::size_t at = 0;
    for (const Element& part : operation.value.as_document()) {
      note_comparisons(part.value, *operands[at++], facts);
    }
    return;
  }
  const bool compares = operation.name == "$eq" || turned(operation.name) != operation.name;
  if (!compares || operands.size() != 2) return;
  for (const std::size_t at : {std::size_t{0}, std::size_t{1}}) {
    const FieldPath* const path = operands[at]->path();
    if (path == nullptr || expr::present_value(*operands[1 - at]) == nullptr) continue;
    facts.comparisons.push_back(
        {at == 0 ? operation.name : turned(operation.name), path, operands[1 - at].get()});
  }
}

Status parse_expr(ValueView argument, const ParseContext& context, std::vector<NodePtr>& nodes) {
  if (!context.whole_document) {
    return {ErrorCode::kBadValue, "$expr can only be applied to the top-level document"};
  }
  if (!context.allowed.whole) {
    return {ErrorCode::kQueryFeatureNotAllowed, "$expr is not allowed in this context"};
  }
  const expr::Scope scope(context.bindings, context.collation);
  CAIRN_ASSIGN_OR_RETURN(expr::ExpressionPtr expression, expr::parse_expression(argument, scope));
  if (context.conjunctive && context.facts != nullptr) {
    note_equality(argument, *expression, *context.facts);
    note_comparisons(argument, *expression, *context.facts);
  }
  nodes.push_back(std::make_unique<ExpressionNode>(std::move(expression)));
  return Status();
}

}  // namespace

extern const Clause clause_expr{"$expr", parse_expr};

}  // namespace cairn::match
