// $switch: the expression of the first branch whose case is true, else the default.
#include "engine/expr/expression.h"

#include <fmt/format.h>

namespace cairn::expr {
namespace {

// Operands: case, then, case, then, …, and the default where there is one.
class Switch final : public Expression {
 public:
  using Expression::Expression;

  Result<ValueView> evaluate(Evaluation& evaluation) const override {
    std::size_t at = 0;
    for (; at + 1 < operands_.size(); at += 2) {
      CAIRN_ASSIGN_OR_RETURN(const ValueView condition, operands_[at]->evaluate(evaluation));
      if (condition.truthy()) return operands_[at + 1]->evaluate(evaluation);
    }
    if (at < operands_.size()) return operands_[at]->evaluate(evaluation);
    return Status(location(40066),
                  "$switch could not find a matching branch for an input, and no default was "
                  "specified.");
  }
};

struct Branch {
  ExpressionPtr condition;
  ExpressionPtr then;
};

bool never(const Expression& condition) {
  const Value* value = condition.constant();
  return value != nullptr && !value->view().truthy();
}

// What follows a case that is never true is checked, but nothing that fails in it matters.
Result<Branch> parse_branch(ValueView argument, const Scope& scope) {
  if (!argument.is_document()) {
    return Status(
        location(40062),
        fmt::format("$switch expected each branch to be an object, found: {}", type_of(argument)));
  }
  ValueView condition;
  ValueView then;
  for (const Element& field : argument.as_document()) {
    if (field.name == "case") {
      condition = field.value;
    } else if (field.name == "then") {
      then = field.value;
    } else {
      return Status(location(40063),
                    fmt::format("$switch found an unknown argument to a branch: {}", field.name));
    }
  }
  if (condition.missing()) {
    return Status(location(40064), "$switch requires each branch have a 'case' expression");
  }
  if (then.missing()) {
    return Status(location(40065), "$switch requires each branch have a 'then' expression.");
  }
  Branch branch;
  const Scope unreachable(&scope, Folding::kWhereItWorks);
  CAIRN_ASSIGN_OR_RETURN(branch.condition, parse_expression(condition, scope));
  CAIRN_ASSIGN_OR_RETURN(branch.then,
                         parse_expression(then, never(*branch.condition) ? unreachable : scope));
  return branch;
}

bool always(const Branch& branch) {
  const Value* value = branch.condition->constant();
  return value != nullptr && value->view().truthy();
}
// A branch that is always taken ends the list: what comes after it is checked, but nothing that
// fails in it matters.
Result<std::vector<Branch>> parse_branches(ValueView argument, const Scope& scope) {
  if (!argument.is_array()) {
    return Status(
        location(40061),
        fmt::format("$switch expected an array for 'branches', found: {}", type_of(argument)));
  }
  std::vector<Branch> branches;
  const Scope unreachable(&scope, Folding::kWhereItWorks);
  bool decided = false;
  for (const Element& element : argument.as_document()) {
    CAIRN_ASSIGN_OR_RETURN(Branch branch,
                           parse_branch(element.value, decided ? unreachable : scope));
    if (decided) continue;
    decided = always(branch);
    branches.push_back(std::move(branch));
  }
  return branches;
}

Result<ExpressionPtr> build(std::vector<Branch> branches, ExpressionPtr otherwise) {
  if (branches.empty()) return Status(location(40068), "$switch requires at least one branch");
  Operands operands;
  for (Branch& branch : branches) {
    if (never(*branch.condition)) continue;
    if (always(branch)) {
      otherwise = std::move(branch.then);
      break;
    }
    operands.push_back(std::move(branch.condition));
    operands.push_back(std::move(branch.then));
  }
  if (operands.empty() && otherwise) return otherwise;
  if (operands.empty()) {
    return Status(location(40069),
                  "Cannot execute a switch statement where all the cases evaluate to false without "
                  "a default");
  }
  if (otherwise) operands.push_back(std::move(otherwise));
  return ExpressionPtr(std::make_unique<Switch>(std::move(operands)));
}

Result<ExpressionPtr> parse_switch(ValueView argument, const Scope& scope) {
  if (!argument.is_document()) {
    return Status(
        location(40060),
        fmt::format("$switch requires an object as an argument, found: {}", type_of(argument)));
  }
  std::vector<Branch> branches;
  ExpressionPtr otherwise;
  for (const Element& field : argument.as_document()) {
    if (field.name == "branches") {
      CAIRN_ASSIGN_OR_RETURN(branches, parse_branches(field.value, scope));
    } else if (field.name == "default") {
      CAIRN_ASSIGN_OR_RETURN(otherwise, parse_expression(field.value, scope));
    } else {
      return Status(location(40067),
                    fmt::format("$switch found an unknown argument: {}", field.name));
    }
  }
  return build(std::move(branches), std::move(otherwise));
}

}  // namespace

extern const Operator row_switch{.name = "$switch", .parse = parse_switch};

}  // namespace cairn::expr
