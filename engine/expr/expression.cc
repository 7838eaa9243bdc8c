#include "engine/expr/expression.h"

#include "engine/expr/function.h"
#include "engine/expr/known_names.h"
#include "engine/expr/leaf.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

namespace cairn::expr {

#define CAIRN_ROW(entry) extern const Operator row_##entry;
#include "engine/expr/ops/table.inc"
#undef CAIRN_ROW

namespace {

// {a: expression, b: expression}: a field whose value is missing is left out.
class DocumentOf final : public Expression {
 public:
  DocumentOf(std::vector<std::string> names, Operands values)
      : Expression(std::move(values)), names_(std::move(names)) {}

  Result<ValueView> evaluate(Evaluation& evaluation) const override {
    std::string& bytes = evaluation.buffer();
    DocumentBuilder builder(bytes);
    for (std::size_t i = 0; i < names_.size(); ++i) {
      CAIRN_ASSIGN_OR_RETURN(const ValueView value, operands_[i]->evaluate(evaluation));
      CAIRN_RETURN_IF_ERROR(evaluation.step(1 + value.size() / Evaluation::kBytesPerStep));
      builder.append(names_[i], value);
    }
    builder.finish();
    return Evaluation::document(bytes);
  }

 private:
  std::vector<std::string> names_;
};

// [expression, …]: a missing value becomes null.
class ArrayOf final : public Expression {
 public:
  using Expression::Expression;

  Result<ValueView> evaluate(Evaluation& evaluation) const override {
    std::string& bytes = evaluation.buffer();
    DocumentBuilder builder(bytes);
    std::uint32_t index = 0;
    for (const ExpressionPtr& operand : operands_) {
      CAIRN_ASSIGN_OR_RETURN(const ValueView value, operand->evaluate(evaluation));
      CAIRN_RETURN_IF_ERROR(evaluation.step(1 + value.size() / Evaluation::kBytesPerStep));
      builder.append(std::to_string(index++), value.missing() ? Evaluation::null() : value);
    }
    builder.finish();
    return Evaluation::array(bytes);
  }
};

// The expression, or what it always gives.
Result<ExpressionPtr> fold(ExpressionPtr expression, const Scope& scope) {
  if (!expression->pure()) return expression;
  const bool constant = std::ranges::all_of(
      expression->operands(), [](const ExpressionPtr& e) { return e->constant() != nullptr; });
  if (!constant || expression->constant() != nullptr) return expression;
  Evaluation evaluation((DocumentView()));
  Result<ValueView> value = expression->evaluate(evaluation);
  if (value.ok()) return constant_expression(Value(*value));
  if (scope.folding() == Folding::kWhereItWorks) return expression;
  return value.take_status();
}

Status gather_constants(const Operator& row, const Scope& scope, Operands& operands) {
  const auto varies = [](const ExpressionPtr& operand) { return operand->constant() == nullptr; };
  if (row.gathering == Gathering::kNone || std::ranges::none_of(operands, varies)) return Status();
  if (row.gathering == Gathering::kAll) {
    std::stable_partition(operands.begin(), operands.end(), varies);
  }
  Operands gathered;
  for (auto at = operands.begin(); at != operands.end();) {
    const auto end = std::find_if(at, operands.end(), varies);
    if (end - at < 2) {
      gathered.push_back(std::move(*at++));
      continue;
    }
    Operands constants(std::make_move_iterator(at), std::make_move_iterator(end));
    CAIRN_ASSIGN_OR_RETURN(
        ExpressionPtr one,
        fold(function_expression(row, scope.collation(), std::move(constants)), scope));
    gathered.push_back(std::move(one));
    at = end;
  }
  operands = std::move(gathered);
  return Status();
}

const Operator* find_operator(std::string_view name) {
#define CAIRN_ROW(entry) \
  if (name == row_##entry.name) return &row_##entry;
#include "engine/expr/ops/table.inc"
#undef CAIRN_ROW
  return nullptr;
}

Result<ExpressionPtr> parse_operator(const Element& field, const Scope& scope) {
  const Operator* row = find_operator(field.name);
  if (row == nullptr && is_known_operator(field.name)) {
    return Status(ErrorCode::kNotImplemented,
                  fmt::format("expression {} is not supported by Cairn yet", field.name));
  }
  if (row == nullptr) {
    return Status(ErrorCode::kInvalidPipelineOperator,
                  fmt::format("Unrecognized expression '{}'", field.name));
  }
  if (row->parse != nullptr) {
    CAIRN_ASSIGN_OR_RETURN(ExpressionPtr expression, row->parse(field.value, scope));
    if (!row->folded) return expression;
    return fold(std::move(expression), scope);
  }
  CAIRN_ASSIGN_OR_RETURN(Operands operands,
                         parse_operands(row->name, field.value, scope, row->arity));
  CAIRN_RETURN_IF_ERROR(gather_constants(*row, scope, operands));
  return fold(function_expression(*row, scope.collation(), std::move(operands)), scope);
}

Result<ExpressionPtr> parse_document(DocumentView document, const Scope& scope) {
  std::vector<std::string> names;
  Operands values;
  for (const Element& field : document) {
    if (field.name.starts_with('$')) {
      if (document.count() == 1) return parse_operator(field, scope);
      return Status(location(15983),
                    fmt::format("an object representing an expression must have exactly one field: "
                                "{}",
                                to_json(document)));
    }
    if (field.name.find('.') != std::string_view::npos) {
      return Status(location(16412),
                    fmt::format("FieldPath field names may not contain '.'. Consider using "
                                "$getField or $setField. Field name: '{}'",
                                field.name));
    }
    CAIRN_ASSIGN_OR_RETURN(ExpressionPtr expression, parse_expression(field.value, scope));
    names.emplace_back(field.name);
    values.push_back(std::move(expression));
  }
  return fold(std::make_unique<DocumentOf>(std::move(names), std::move(values)), scope);
}

Result<ExpressionPtr> parse_array(DocumentView array, const Scope& scope) {
  Operands elements;
  for (const Element& element : array) {
    CAIRN_ASSIGN_OR_RETURN(ExpressionPtr expression, parse_expression(element.value, scope));
    elements.push_back(std::move(expression));
  }
  return fold(std::make_unique<ArrayOf>(std::move(elements)), scope);
}

Status wrong_number(std::string_view name, Arity arity, std::size_t given) {
  if (arity.least == arity.most) {
    return {location(16020), fmt::format("Expression {} takes exactly {} arguments. {} were passed "
                                         "in.",
                                         name, arity.least, given)};
  }
  return {location(28667), fmt::format("Expression {} takes at least {} arguments, and at most {}, "
                                       "but {} were passed in.",
                                       name, arity.least, arity.most, given)};
}

Result<ExpressionPtr> parse_any(ValueView value, const Scope& scope) {
  if (value.is_string()) return parse_leaf(value, scope);
  if (value.is_document()) return parse_document(value.as_document(), scope);
  if (value.is_array()) return parse_array(value.as_document(), scope);
  return constant_expression(Value(value));
}

}  // namespace

Result<ExpressionPtr> parse_expression(ValueView value, const Scope& scope) {
  if (!scope.outermost()) return parse_any(value, scope);
  Result<ExpressionPtr> parsed = parse_any(value, Scope(&scope, Folding::kEverywhere));
  if (parsed.ok()) return parsed;
  // MongoDB reads the whole before it computes constant parts: where the text itself is wrong, that
  // is the error.
  Result<ExpressionPtr> unfolded = parse_any(value, Scope(&scope, Folding::kWhereItWorks));
  return unfolded.ok() ? std::move(parsed) : std::move(unfolded);
}

Result<Operands> parse_operands(std::string_view name, ValueView argument, const Scope& scope,
                                Arity arity) {
  Operands operands;
  if (!argument.is_array()) {
    CAIRN_ASSIGN_OR_RETURN(ExpressionPtr only, parse_expression(argument, scope));
    operands.push_back(std::move(only));
  } else {
    for (const Element& element : argument.as_document()) {
      CAIRN_ASSIGN_OR_RETURN(ExpressionPtr operand, parse_expression(element.value, scope));
      operands.push_back(std::move(operand));
    }
  }
  if (operands.size() >= arity.least && operands.size() <= arity.most) return operands;
  return wrong_number(name, arity, operands.size());
}

std::string_view type_of(ValueView value) {
  return value.missing() ? std::string_view("missing") : type_name(value.type());
}

}  // namespace cairn::expr
