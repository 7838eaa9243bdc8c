#include "engine/plan/conditions.h"

#include "engine/expr/leaf.h"

#include <algorithm>

namespace cairn::plan {
namespace {

using match::Condition;
using match::ExpressionClaim;
using Asks = Condition::Asks;

std::vector<Condition> conditions_of(const std::vector<ExpressionClaim>& claims);

Condition condition_of(const ExpressionClaim& claim) {
  if (claim.path != nullptr) {
    return {.asks = Asks::kExpression,
            .path = claim.path->text(),
            .name = claim.name,
            .argument = expr::present_value(*claim.operand)->view(),
            .parts = {}};
  }
  Condition any{.asks = Asks::kAny, .name = "$expr", .argument = claim.argument, .parts = {}};
  for (const std::vector<ExpressionClaim>& branch : claim.branches) {
    any.parts.push_back({.asks = Asks::kAll, .parts = conditions_of(branch)});
  }
  return any;
}

std::vector<Condition> conditions_of(const std::vector<ExpressionClaim>& claims) {
  std::vector<Condition> conditions;
  std::transform(claims.begin(), claims.end(), std::back_inserter(conditions), condition_of);
  return conditions;
}

// Not below `$nor` and `$not`, where what holds is the contrary.
void add_claims(const match::Matcher& matcher, std::vector<Condition>& conditions) {
  for (Condition& condition : conditions) {
    if (condition.asks == Asks::kAny || condition.asks == Asks::kAll) {
      add_claims(matcher, condition.parts);
    }
    if (condition.asks != Asks::kExpression) continue;
    const auto found = std::find_if(matcher.claims().begin(), matcher.claims().end(),
                                    [&](const match::ExpressionClaims& one) {
                                      return one.argument.data() == condition.argument.data();
                                    });
    if (found != matcher.claims().end()) condition.parts = conditions_of(found->all);
  }
}

}  // namespace

std::vector<Condition> conditions_of(const match::Matcher& matcher) {
  std::vector<Condition> conditions = match::outline(matcher.filter());
  if (!matcher.claims().empty()) add_claims(matcher, conditions);
  return conditions;
}

}  // namespace cairn::plan
