// $expr: an aggregation expression gives something that counts as true.
#include "engine/expr/expression.h"
#include "engine/expr/leaf.h"
#include "engine/match/operator.h"

#include <algorithm>
#include <iterator>

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

bool compares(std::string_view name) { return name == "$eq" || turned(name) != name; }

using Claims = std::vector<ExpressionClaim>;

Claims claims_of(ValueView argument, const expr::Expression& expression);

// Nothing if one of the branches may be anything.
void add_any(ValueView argument, DocumentView parts, const expr::Expression& expression,
             Claims& out) {
  ExpressionClaim any{.name = "$or", .argument = argument, .branches = {}};
  std::size_t at = 0;
  for (const Element& part : parts) {
    Claims branch = claims_of(part.value, *expression.operands()[at++]);
    if (branch.empty()) return;
    if (branch.size() == 1 && branch.front().path == nullptr) {
      std::move(branch.front().branches.begin(), branch.front().branches.end(),
                std::back_inserter(any.branches));
    } else {
      any.branches.push_back(std::move(branch));
    }
  }
  out.push_back(std::move(any));
}

void add_comparison(std::string_view name, const expr::Expression& expression, Claims& out) {
  const auto operands = expression.operands();
  const std::size_t sides = name == "$in" ? 1 : 2;  // on which the field may stand
  for (std::size_t at = 0; at < sides; ++at) {
    const FieldPath* const path = operands[at]->path();
    const expr::Expression& other = *operands[1 - at];
    if (path == nullptr || expr::present_value(other) == nullptr) continue;
    out.push_back({.name = at == 0 ? name : turned(name),
                   .path = path,
                   .operand = &other,
                   .argument = {},
                   .branches = {}});
  }
}

Claims claims_of(ValueView argument, const expr::Expression& expression) {
  Claims claims;
  if (!argument.is_document() || argument.as_document().empty()) return claims;
  const Element operation = *argument.as_document().begin();
  const std::size_t operands = expression.operands().size();
  const bool compared = compares(operation.name) || operation.name == "$in";
  if (compared && operands == 2) add_comparison(operation.name, expression, claims);
  if (compared || !operation.value.is_array()) return claims;
  const DocumentView parts = operation.value.as_document();
  if (parts.empty() || parts.count() != operands) return claims;
  if (operation.name == "$or") add_any(argument, parts, expression, claims);
  if (operation.name != "$and") return claims;
  std::size_t at = 0;
  for (const Element& part : parts) {
    Claims more = claims_of(part.value, *expression.operands()[at++]);
    std::move(more.begin(), more.end(), std::back_inserter(claims));
  }
  return claims;
}

void note_claims(ValueView argument, const expr::Expression& expression, Facts& facts) {
  Claims claims = claims_of(argument, expression);
  if (!claims.empty()) facts.claims.push_back({argument, std::move(claims)});
}

Status parse_expr(ValueView argument, const ParseContext& context, std::vector<NodePtr>& nodes) {
  if (!context.whole_document) {
    return {ErrorCode::kBadValue, "$expr can only be applied to the top-level document"};
  }
  if (!context.allowed.whole) {
    return {ErrorCode::kQueryFeatureNotAllowed, "$expr is not allowed in this context"};
  }
  const expr::Scope whole(context.bindings, context.collation, context.metas);
  const bool folded = context.folding == expr::Folding::kEverywhere;
  const expr::Scope scope = folded ? whole : whole.unfolded();
  CAIRN_ASSIGN_OR_RETURN(expr::ExpressionPtr expression, expr::parse_expression(argument, scope));
  if (context.facts != nullptr) {
    if (context.conjunctive) note_equality(argument, *expression, *context.facts);
    note_claims(argument, *expression, *context.facts);
  }
  nodes.push_back(std::make_unique<ExpressionNode>(std::move(expression)));
  return Status();
}

}  // namespace

extern const Clause clause_expr{"$expr", parse_expr};

}  // namespace cairn::match
