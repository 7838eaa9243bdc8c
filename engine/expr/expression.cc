#include "engine/expr/expression.h"

#include "engine/bson/path.h"
#include "engine/expr/known_names.h"

#include <fmt/format.h>

#include <vector>

namespace cairn::expr {

#define CAIRN_ROW(entry) extern const Operator row_##entry;
#include "engine/expr/ops/table.inc"
#undef CAIRN_ROW

namespace {

class Constant final : public Expression {
 public:
  explicit Constant(Value value) : value_(std::move(value)) {}
  Result<ValueView> evaluate(DocumentView, Scratch&) const override { return value_.view(); }
  const Value* constant() const override { return &value_; }

 private:
  Value value_;
};

class Path final : public Expression {
 public:
  explicit Path(std::string_view path) : path_(path) {}
  Result<ValueView> evaluate(DocumentView root, Scratch& scratch) const override {
    return evaluate_path(root, path_, scratch.next());
  }

 private:
  FieldPath path_;
};

// $$ROOT and $$CURRENT.
class Root final : public Expression {
 public:
  Result<ValueView> evaluate(DocumentView root, Scratch&) const override {
    return ValueView(BsonType::kDocument, root.data(), root.size());
  }
};

// {a: expression, b: expression}: a field whose value is missing is left out.
class DocumentOf final : public Expression {
 public:
  explicit DocumentOf(std::vector<std::pair<std::string, ExpressionPtr>> fields)
      : fields_(std::move(fields)) {}

  Result<ValueView> evaluate(DocumentView root, Scratch& scratch) const override {
    std::string& bytes = scratch.next();
    DocumentBuilder builder(bytes);
    for (const auto& [name, expression] : fields_) {
      CAIRN_ASSIGN_OR_RETURN(const ValueView value, expression->evaluate(root, scratch));
      builder.append(name, value);
    }
    builder.finish();
    return ValueView(BsonType::kDocument, reinterpret_cast<const std::uint8_t*>(bytes.data()),
                     static_cast<std::uint32_t>(bytes.size()));
  }

 private:
  std::vector<std::pair<std::string, ExpressionPtr>> fields_;
};

// [expression, …]: a missing value becomes null.
class ArrayOf final : public Expression {
 public:
  explicit ArrayOf(std::vector<ExpressionPtr> elements) : elements_(std::move(elements)) {}

  Result<ValueView> evaluate(DocumentView root, Scratch& scratch) const override {
    std::string& bytes = scratch.next();
    DocumentBuilder builder(bytes);
    for (std::size_t i = 0; i < elements_.size(); ++i) {
      CAIRN_ASSIGN_OR_RETURN(const ValueView value, elements_[i]->evaluate(root, scratch));
      const std::string name = std::to_string(i);
      value.missing() ? builder.append_null(name) : builder.append(name, value);
    }
    builder.finish();
    return ValueView(BsonType::kArray, reinterpret_cast<const std::uint8_t*>(bytes.data()),
                     static_cast<std::uint32_t>(bytes.size()));
  }

 private:
  std::vector<ExpressionPtr> elements_;
};

Result<ExpressionPtr> parse_variable(std::string_view text) {
  const std::size_t dot = text.find('.');
  const std::string_view name = text.substr(0, dot);
  if (name == "REMOVE" && dot == std::string_view::npos) {
    return ExpressionPtr(std::make_unique<Constant>(Value()));
  }
  if (name != "ROOT" && name != "CURRENT") {
    if (is_known_variable(name)) {
      return Status(ErrorCode::kNotImplemented,
                    fmt::format("variable $${} is not supported by Cairn yet", name));
    }
    return Status(location(17276), fmt::format("Use of undefined variable: {}", name));
  }
  if (dot == std::string_view::npos) return ExpressionPtr(std::make_unique<Root>());
  CAIRN_RETURN_IF_ERROR(check_field_path(text.substr(dot + 1)));
  return ExpressionPtr(std::make_unique<Path>(text.substr(dot + 1)));
}

Result<ExpressionPtr> parse_string(std::string_view text, ValueView value) {
  if (text.starts_with("$$")) return parse_variable(text.substr(2));
  if (!text.starts_with('$')) return ExpressionPtr(std::make_unique<Constant>(Value(value)));
  if (text.size() == 1) {
    return Status(location(16872), "'$' by itself is not a valid FieldPath");
  }
  CAIRN_RETURN_IF_ERROR(check_field_path(text.substr(1)));
  return ExpressionPtr(std::make_unique<Path>(text.substr(1)));
}

Result<ExpressionPtr> parse_operator(const Element& field) {
#define CAIRN_ROW(entry) \
  if (field.name == row_##entry.name) return row_##entry.parse(field.value);
#include "engine/expr/ops/table.inc"
#undef CAIRN_ROW
  if (is_known_operator(field.name)) {
    return Status(ErrorCode::kNotImplemented,
                  fmt::format("expression {} is not supported by Cairn yet", field.name));
  }
  return Status(ErrorCode::kInvalidPipelineOperator,
                fmt::format("Unrecognized expression '{}'", field.name));
}

Result<ExpressionPtr> parse_document(DocumentView document) {
  std::vector<std::pair<std::string, ExpressionPtr>> fields;
  for (const Element& field : document) {
    if (field.name.starts_with('$')) {
      if (document.count() == 1) return parse_operator(field);
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
    CAIRN_ASSIGN_OR_RETURN(ExpressionPtr expression, parse_expression(field.value));
    fields.emplace_back(field.name, std::move(expression));
  }
  return ExpressionPtr(std::make_unique<DocumentOf>(std::move(fields)));
}

Result<ExpressionPtr> parse_array(DocumentView array) {
  std::vector<ExpressionPtr> elements;
  for (const Element& element : array) {
    CAIRN_ASSIGN_OR_RETURN(ExpressionPtr expression, parse_expression(element.value));
    elements.push_back(std::move(expression));
  }
  return ExpressionPtr(std::make_unique<ArrayOf>(std::move(elements)));
}

}  // namespace

std::string& Scratch::next() {
  if (used_ == strings_.size()) strings_.emplace_back();
  std::string& string = strings_[used_++];
  string.clear();
  return string;
}

Result<ExpressionPtr> parse_expression(ValueView value) {
  if (value.is_string()) return parse_string(value.as_string(), value);
  if (value.is_document()) return parse_document(value.as_document());
  if (value.is_array()) return parse_array(value.as_document());
  return ExpressionPtr(std::make_unique<Constant>(Value(value)));
}

}  // namespace cairn::expr
