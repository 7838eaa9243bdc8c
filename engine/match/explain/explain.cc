// The logical operators of an explanation, and those of the top level.
#include "engine/match/explain/explain.h"

#include "engine/bson/shell_text.h"
#include "engine/expr/expression.h"
#include "engine/match/explain/leaf.h"
#include "engine/match/operator.h"
#include "engine/match/schema/schema.h"

namespace cairn::match {
namespace {

class Explainer {
 public:
  Explainer(const MatchOptions& options, DocumentView document)
      : options_(options), document_(document) {}

  // All clauses together, as `$and` where they are several.
  void clauses(const std::vector<Explained>& all, Outcome outcome, DocumentBuilder& out) const {
    if (all.size() == 1) return clause(all.front(), outcome, out);
    out.append("operatorName", "$and");
    begin_list(outcome, out);
    std::int32_t index = 0;
    for (const Explained& part : all) {
      if (holds(part.filter) == (outcome == Outcome::kSucceeded)) {
        begin_entry(index, out);
        clause(part, outcome, out);
        out.end().end();
      }
      ++index;
    }
    out.end();
  }

 private:
  void clause(const Explained& clause, Outcome outcome, DocumentBuilder& out) const {
    if (clause.operator_name == "$not") {
      out.append("operatorName", "$not").begin_document("details");
      clauses(clauses_of(clause.path, clause.argument), opposite(outcome), out);
      out.end();
    } else if (!clause.path.empty() || clause.implicit) {
      explain_leaf(clause, outcome, document_, out);
    } else {
      top_level(clause, outcome, out);
    }
  }

  void top_level(const Explained& clause, Outcome outcome, DocumentBuilder& out) const {
    const std::string_view name = clause.operator_name;
    if (name == "$and" || name == "$or") return list(clause, outcome, out);
    if (name == "$nor") return list(clause, opposite(outcome), out);
    if (name == "$jsonSchema") return schema(clause, outcome, out);
    if (name == "$alwaysFalse" || name == "$alwaysTrue") return unexplained(clause, out);
    out.append("operatorName", name).append("specifiedAs", clause.filter.view());
    if (name == "$expr") return expression(clause, outcome, out);
    out.append("reason", reason_of(outcome));
    out.append("expressionResult", outcome == Outcome::kSucceeded);
  }

  void list(const Explained& clause, Outcome outcome, DocumentBuilder& out) const {
    out.append("operatorName", clause.operator_name);
    begin_list(outcome, out);
    std::int32_t index = 0;
    for (const Element& element : clause.argument.as_document()) {
      const DocumentView part = element.value.as_document();
      if (holds(part) == (outcome == Outcome::kSucceeded)) {
        begin_entry(index, out);
        clauses(clauses_of(part), outcome, out);
        out.end().end();
      }
      ++index;
    }
    out.end();
  }

  void schema(const Explained& clause, Outcome outcome, DocumentBuilder& out) const {
    out.append("operatorName", "$jsonSchema");
    const auto schema = Schema::parse(clause.argument.as_document());
    if (outcome == Outcome::kSucceeded || !schema.ok()) {
      out.append("reason", "schema matched");
      return;
    }
    if ((*schema)->refuses_documents()) {
      out.append("specifiedAs", clause.filter.view());
      out.append("reason", "expression always evaluates to false");
      return;
    }
    (*schema)->annotate(out);
    out.begin_array("schemaRulesNotSatisfied");
    (*schema)->explain(document_.as_value(), out);
    out.end();
  }

  static void unexplained(const Explained& clause, DocumentBuilder& out) {
    out.append("code", 4994600).append("codeName", "Location4994600");
    out.append("errmsg",
               "Cannot generate validation error details: no annotation found for expression " +
                   to_shell_text(clause.filter));
  }

  static std::string_view reason_of(Outcome outcome) {
    return outcome == Outcome::kFailed ? "expression did not match" : "expression did match";
  }

  void expression(const Explained& clause, Outcome outcome, DocumentBuilder& out) const {
    const expr::Scope scope(options_.bindings, options_.collation.get());
    const auto expression = expr::parse_expression(clause.argument, scope);
    if (!expression.ok()) return;
    expr::Evaluation evaluation(document_);
    const auto value = (*expression)->evaluate(evaluation);
    if (value.ok()) {
      out.append("reason", reason_of(outcome)).append("expressionResult", *value);
      return;
    }
    const Status& why = value.status();
    out.append("reason", "failed to evaluate aggregation expression").begin_document("details");
    out.append("code", static_cast<std::int32_t>(why.code()));
    out.append("codeName", why.code_name()).append("errmsg", why.message()).end();
  }

  bool holds(DocumentView filter) const {
    const auto matcher = Matcher::parse(filter, options_);
    if (!matcher.ok()) return false;
    const auto matched = matcher->matches(document_);
    return matched.ok() && *matched;
  }

  static void begin_list(Outcome outcome, DocumentBuilder& out) {
    out.begin_array(outcome == Outcome::kFailed ? "clausesNotSatisfied" : "clausesSatisfied");
  }
  static void begin_entry(std::int32_t index, DocumentBuilder& out) {
    out.push_document();
    out.append("index", index).begin_document("details");
  }

  const MatchOptions& options_;
  DocumentView document_;
};

}  // namespace

Document explain_failure(DocumentView filter, const MatchOptions& options, DocumentView document) {
  DocumentBuilder out;
  Explainer(options, document).clauses(clauses_of(filter), Outcome::kFailed, out);
  return out.take();
}

}  // namespace cairn::match
