#include "engine/match/settled.h"

#include "engine/expr/expression.h"

namespace cairn::match {
namespace {

using Asks = Condition::Asks;

// Of conditions of which one with this answer settles the others.
std::optional<bool> settled_by(bool answer, std::span<const Condition> conditions) {
  bool open = false;
  for (const Condition& condition : conditions) {
    const std::optional<bool> one = settled(condition);
    if (one == answer) return answer;
    open = open || !one;
  }
  return open ? std::nullopt : std::optional(!answer);
}

std::optional<bool> all_settled(std::span<const Condition> conditions) {
  return settled_by(false, conditions);
}

std::optional<bool> any_settled(std::span<const Condition> conditions) {
  return settled_by(true, conditions);
}

std::optional<bool> negated(std::optional<bool> answer) {
  return answer ? std::optional(!*answer) : std::nullopt;
}

// Whether it may read a field or a variable; most expressions do.
bool may_read(ValueView expression) {
  if (expression.is_string()) return expression.as_string().starts_with('$');
  if (!expression.is_document() && !expression.is_array()) return false;
  for (const Element& part : expression.as_document()) {
    if (may_read(part.value)) return true;
  }
  return false;
}

std::optional<bool> settled_expression(ValueView expression) {
  if (may_read(expression)) return std::nullopt;
  const auto parsed =
      expr::parse_expression(expression, expr::Scope(static_cast<const expr::Bindings*>(nullptr)));
  if (!parsed.ok() || (*parsed)->constant() == nullptr) return std::nullopt;
  return (*parsed)->constant()->view().truthy();
}

}  // namespace

std::optional<bool> settled(const Condition& condition) {
  switch (condition.asks) {
    case Asks::kNever:
      return false;
    case Asks::kAll:
      return all_settled(condition.parts);
    case Asks::kAny:
      return any_settled(condition.parts);
    case Asks::kNone:
      return negated(any_settled(condition.parts));
    case Asks::kNot:
      return negated(all_settled(condition.parts));
    case Asks::kElemValue:
    case Asks::kElemObject:
      return all_settled(condition.parts) == false ? std::optional(false) : std::nullopt;
    case Asks::kExpression:
      return condition.path.empty() ? settled_expression(condition.argument) : std::nullopt;
    default:
      return std::nullopt;
  }
}

bool matches_nothing(std::span<const Condition> conditions) {
  return all_settled(conditions) == false;
}

}  // namespace cairn::match
