#include "engine/expr/change_field.h"

#include <fmt/format.h>

#include <utility>

namespace cairn::expr {
namespace {

class ChangeField final : public Expression {
 public:
  // The operands are the document and the value.
  ChangeField(std::string_view name, Operands operands)
      : Expression(std::move(operands)), name_(name) {}

  Result<ValueView> evaluate(Evaluation& evaluation) const override {
    CAIRN_ASSIGN_OR_RETURN(const ValueView input, operands_[0]->evaluate(evaluation));
    if (!input.has_value()) return Evaluation::null();
    if (!input.is_document()) {
      return Status(location(4161105), "$setField requires 'input' to evaluate to type Object");
    }
    CAIRN_ASSIGN_OR_RETURN(const ValueView value, operands_[1]->evaluate(evaluation));
    std::string& bytes = evaluation.buffer();
    DocumentBuilder builder(bytes);
    bool set = false;
    for (const Element& field : input.as_document()) {
      const bool changed = field.name == name_;
      set = set || changed;
      builder.append(field.name, changed ? value : field.value);
    }
    if (!set) builder.append(name_, value);
    builder.finish();
    return Evaluation::document(bytes);
  }

 private:
  std::string name_;
};

// The name is constant: text, or {$literal: text}.
Result<std::string_view> constant_name(ValueView field) {
  if (field.is_string() && field.as_string().starts_with('$')) {
    const std::string_view path = field.as_string().substr(1);
    return Status(location(4161108),
                  fmt::format("'$CURRENT.{0}' is a field path reference which is not allowed in "
                              "this context. Did you mean {{$literal: '$CURRENT.{0}'}}?",
                              path));
  }
  ValueView name = field;
  if (field.is_document()) {
    name = field.as_document()["$literal"];
    if (name.missing()) {
      return Status(location(4161106),
                    "$setField requires 'field' to evaluate to a constant, but got a non-constant "
                    "argument");
    }
  }
  if (!name.is_string()) {
    return Status(location(4161107), fmt::format("$setField requires 'field' to evaluate to type "
                                                 "String, but got {}",
                                                 type_of(name)));
  }
  if (name.as_string().find('\0') != std::string_view::npos) {
    return Status(location(9534700), "$setField: 'field' cannot contain an embedded null byte");
  }
  return name.as_string();
}

}  // namespace

Result<ExpressionPtr> change_field(const NamedFields& fields, const Scope& scope) {
  CAIRN_ASSIGN_OR_RETURN(const std::string_view name, constant_name(fields[kChangedField]));
  Operands operands(2);
  CAIRN_ASSIGN_OR_RETURN(operands[0], parse_expression(fields[kChangedInput], scope));
  operands[1] = constant_expression(Value());
  if (!fields[kChangedValue].missing()) {
    CAIRN_ASSIGN_OR_RETURN(operands[1], parse_expression(fields[kChangedValue], scope));
  }
  return ExpressionPtr(std::make_unique<ChangeField>(name, std::move(operands)));
}

}  // namespace cairn::expr
