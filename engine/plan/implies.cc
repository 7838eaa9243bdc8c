#include "engine/plan/implies.h"

#include <algorithm>

namespace cairn::plan {
namespace {

using match::Condition;
using Asks = Condition::Asks;

Document written(const Condition& condition) {
  DocumentBuilder out;
  append_condition(condition, out);
  return out.take();
}

class Implication {
 public:
  explicit Implication(FieldFacts facts) : facts_(facts) {}

  bool all(const std::vector<Condition>& given, const std::vector<Condition>& wanted) const {
    return std::all_of(wanted.begin(), wanted.end(),
                       [&](const Condition& one) { return this->one(given, one); });
  }

 private:
  bool one(const std::vector<Condition>& given, const Condition& wanted) const {
    if (wanted.asks == Asks::kAny) {
      const bool some =
          std::any_of(wanted.parts.begin(), wanted.parts.end(),
                      [&](const Condition& branch) { return all(given, branch.parts); });
      if (some) return true;
    }
    const Document text = written(wanted);
    const std::vector<Term> terms = terms_of(given);
    for (std::size_t i = 0; i < given.size(); ++i) {
      if (facts_.same_collation && written(given[i]) == text) return true;
      if (given[i].asks != Asks::kAny) continue;
      const bool each =
          std::all_of(given[i].parts.begin(), given[i].parts.end(),
                      [&](const Condition& branch) { return one(branch.parts, wanted); });
      if (each) return true;
    }
    return std::any_of(terms.begin(), terms.end(),
                       [&](const Term& term) { return by_bounds(term, wanted); });
  }

  // Some value lies in the bounds of what is given; all that lie in those of what is wanted will
  // do.
  bool by_bounds(const Term& given, const Condition& wanted) const {
    if (wanted.path.empty() || given.path.text() != wanted.path) return false;
    if (given.condition->asks == Asks::kNot) return false;
    const auto has = bounds_of(*given.condition, facts_);
    if (!has || has->takes_missing) return false;
    if (wanted.asks == Asks::kExists) return wanted.argument.truthy();
    const auto needs = bounds_of(wanted, facts_);
    return needs && needs->tightness == Tightness::kExact &&
           contains(needs->intervals, has->intervals);
  }

  FieldFacts facts_;
};

}  // namespace

bool implies(const Conjunction& query, const IndexEntry& index) {
  if (index.filter() == nullptr) return true;
  const Collation* const collation = index.collation().get();
  const Implication implication({.collation = collation,
                                 .same_collation = same_collation(collation, query.collation),
                                 .multikey = true});
  return implication.all(*query.conditions, match::outline(index.filter()->filter()));
}

}  // namespace cairn::plan
