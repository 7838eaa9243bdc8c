#include "engine/expr/leaf.h"

#include <fmt/format.h>

#include <algorithm>

namespace cairn::expr {
namespace {

class Constant final : public Expression {
 public:
  explicit Constant(Value value) : value_(std::move(value)) {}
  Result<ValueView> evaluate(Evaluation&) const override { return value_.view(); }
  const Value* constant() const override { return &value_; }

 private:
  Value value_;
};

// "$a.b" where CURRENT is the document.
class Path final : public Expression {
 public:
  explicit Path(std::string_view path) : path_(path) {}
  Result<ValueView> evaluate(Evaluation& evaluation) const override {
    if (path_.size() == 1) return evaluation.root().find(path_.text());
    return evaluate_path(evaluation.root(), path_, evaluation.buffer());
  }
  const FieldPath* path() const override { return &path_; }
  bool pure() const override { return false; }

 private:
  FieldPath path_;
};

class Root final : public Expression {
 public:
  Result<ValueView> evaluate(Evaluation& evaluation) const override {
    return evaluation.root().as_value();
  }
  bool pure() const override { return false; }
};

// A variable of $let, $map, …
class Slot final : public Expression {
 public:
  explicit Slot(std::uint32_t slot) : slot_(slot) {}
  Result<ValueView> evaluate(Evaluation& evaluation) const override {
    return evaluation.variable(slot_);
  }
  bool pure() const override { return false; }

 private:
  std::uint32_t slot_;
};

// A variable that an operation changes between documents.
class Bound final : public Expression {
 public:
  explicit Bound(const Value& value) : value_(value) {}
  Result<ValueView> evaluate(Evaluation&) const override { return value_.view(); }
  bool pure() const override { return false; }

  const Value& value() const { return value_; }

 private:
  const Value& value_;
};

// A variable that this operation has not.
class Unavailable final : public Expression {
 public:
  explicit Unavailable(std::string_view name) : name_(name) {}
  Result<ValueView> evaluate(Evaluation&) const override {
    return Status(location(51144), fmt::format("Builtin variable '$${}' is not available", name_));
  }
  bool pure() const override { return false; }

 private:
  std::string name_;
};

// $$NOW where no operation has fixed it.
class RunningClock final : public Expression {
 public:
  Result<ValueView> evaluate(Evaluation& evaluation) const override {
    return evaluation.date(Date::now());
  }
  bool pure() const override { return false; }
};

// A path inside another expression's value.
class PathIn final : public Expression {
 public:
  PathIn(ExpressionPtr base, std::string_view path) : path_(path) {
    operands_.push_back(std::move(base));
  }
  Result<ValueView> evaluate(Evaluation& evaluation) const override {
    CAIRN_ASSIGN_OR_RETURN(const ValueView base, operands_[0]->evaluate(evaluation));
    return path_in_value(base, path_, evaluation);
  }

 private:
  FieldPath path_;
};

// REQUIRES: none of the operation's or the expression's own variables. $$DESCEND and the like are
// bound where they mean something.
Result<ExpressionPtr> unbound_variable(std::string_view name) {
  if (name == "NOW" || name == "CLUSTER_TIME") {
    return ExpressionPtr(std::make_unique<Unavailable>(name));
  }
  if (name == "USER_ROLES") return constant_expression(Value::array(DocumentView()));
  if (name == "SEARCH_META") {
    return Status(location(6347902),
                  "Can't access $$SEARCH_META without a $search stage earlier in the pipeline");
  }
  return Status(location(17276), fmt::format("Use of undefined variable: {}", name));
}

// A variable by its name alone.
Result<ExpressionPtr> variable(std::string_view name, const Scope& scope) {
  if (const auto slot = scope.slot(name)) return ExpressionPtr(std::make_unique<Slot>(*slot));
  if (name == "ROOT") return ExpressionPtr(std::make_unique<Root>());
  if (name == "REMOVE") return constant_expression(Value());
  if (scope.bindings() != nullptr) {
    if (const Bindings::Binding* binding = scope.bindings()->find(name)) {
      if (binding->constant) return constant_expression(binding->value);
      return ExpressionPtr(std::make_unique<Bound>(binding->value));
    }
    if (name == "NOW" && scope.bindings()->has_running_clock()) {
      return ExpressionPtr(std::make_unique<RunningClock>());
    }
  }
  if (name == "CURRENT") return ExpressionPtr(std::make_unique<Root>());
  return unbound_variable(name);
}

// Where `let` has defined CURRENT, paths begin there.
Result<ExpressionPtr> parse_path(std::string_view path, const Scope& scope) {
  CAIRN_RETURN_IF_ERROR(check_field_path(path));
  CAIRN_ASSIGN_OR_RETURN(ExpressionPtr current, variable("CURRENT", scope));
  if (dynamic_cast<const Root*>(current.get()) != nullptr) {
    return ExpressionPtr(std::make_unique<Path>(path));
  }
  return ExpressionPtr(std::make_unique<PathIn>(std::move(current), path));
}

Result<ExpressionPtr> parse_variable(std::string_view text, const Scope& scope) {
  const std::size_t dot = text.find('.');
  const std::string_view name = text.substr(0, dot);
  CAIRN_ASSIGN_OR_RETURN(ExpressionPtr base, variable(name, scope));
  if (dot == std::string_view::npos) return base;
  const std::string_view path = text.substr(dot + 1);
  CAIRN_RETURN_IF_ERROR(check_field_path(path));
  if (dynamic_cast<const Root*>(base.get()) != nullptr) {
    return ExpressionPtr(std::make_unique<Path>(path));
  }
  if (const Value* value = base->constant()) {
    Evaluation evaluation((DocumentView()));
    return constant_expression(Value(path_in_value(value->view(), FieldPath(path), evaluation)));
  }
  return ExpressionPtr(std::make_unique<PathIn>(std::move(base), path));
}

}  // namespace

const Value* present_value(const Expression& expression) {
  if (const auto* bound = dynamic_cast<const Bound*>(&expression)) return &bound->value();
  return expression.constant();
}

ExpressionPtr constant_expression(Value value) {
  return std::make_unique<Constant>(std::move(value));
}

ExpressionPtr root_expression() { return std::make_unique<Root>(); }

bool reads_document(const Expression& expression) {
  if (expression.path() != nullptr) return true;
  if (dynamic_cast<const Root*>(&expression) != nullptr) return true;
  return std::ranges::any_of(expression.operands(),
                             [](const ExpressionPtr& one) { return reads_document(*one); });
}

ValueView path_in_value(ValueView value, const FieldPath& path, Evaluation& evaluation) {
  if (value.is_document()) {
    return evaluate_path(value.as_document(), path, evaluation.buffer());
  }
  if (!value.is_array()) return ValueView();
  std::string& bytes = evaluation.buffer();
  DocumentBuilder builder(bytes);
  std::uint32_t index = 0;
  for (const Element& element : value.as_document()) {
    if (!element.value.is_document()) continue;
    const ValueView found = evaluate_path(element.value.as_document(), path, evaluation.buffer());
    if (!found.missing()) builder.append(std::to_string(index++), found);
  }
  builder.finish();
  return Evaluation::array(bytes);
}

Result<ExpressionPtr> parse_leaf(ValueView value, const Scope& scope) {
  const std::string_view text = value.as_string();
  if (text.starts_with("$$")) return parse_variable(text.substr(2), scope);
  if (!text.starts_with('$')) return constant_expression(Value(value));
  if (text.size() == 1) {
    return Status(location(16872), "'$' by itself is not a valid FieldPath");
  }
  return parse_path(text.substr(1), scope);
}

}  // namespace cairn::expr
