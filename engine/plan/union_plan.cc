#include "engine/plan/union_plan.h"

#include "engine/plan/implies.h"
#include "engine/plan/sort_order.h"
#include "engine/plan/wildcard.h"

#include <algorithm>

namespace cairn::plan {
namespace {

using match::Condition;

// As MongoDB's internalQueryMaxScansToExplode.
constexpr std::size_t kMostScans = 200;

struct Branch {
  Draft draft;
  std::optional<Direction> sorts;
};

bool better(const Branch& a, const Branch& b) {
  if (a.sorts.has_value() != b.sorts.has_value()) return a.sorts.has_value();
  if (a.draft.points != b.draft.points) return a.draft.points > b.draft.points;
  return a.draft.limited > b.draft.limited;
}

std::optional<Branch> best_for(const CollectionEntry& collection, const Conjunction& filter,
                               const SortPattern* sort) {
  std::optional<Branch> best;
  for (const IndexEntry& index : collection.index_entries()) {
    if (!is_usable(index, filter)) continue;
    for (Draft& made : drafts_of(index, filter)) {
      Branch branch{.draft = std::move(made), .sorts = {}};
      if (!branch.draft.bounded || (index.sparse() && !branch.draft.needs_field)) continue;
      if (sort != nullptr) {
        branch.sorts = sorting_direction(branch.draft.scan, *sort, filter.collation);
      }
      if (!best || better(branch, *best)) best = std::move(branch);
    }
  }
  return best;
}

}  // namespace

bool is_usable(const IndexEntry& index, const Conjunction& filter) {
  if (!index.ready() || index.hidden() || !index.broken().ok()) return false;
  if (index.shared().dropped) return false;
  if (filter.allowed != nullptr && !filter.allowed->allows(index.key_pattern(), index.name())) {
    return false;
  }
  const bool known = index.kind() == FieldKind::kOrdered || index.kind() == FieldKind::kHashed ||
                     index.kind() == FieldKind::kWildcard || is_geo(index.kind());
  return known && implies(filter, index);
}

std::vector<Draft> drafts_of(const IndexEntry& index, const Conjunction& filter) {
  if (index.kind() == FieldKind::kWildcard) return wildcard_drafts(index, filter);
  std::vector<Draft> one;
  one.push_back(draft(index, filter));
  return one;
}

std::optional<Plan> union_plan(const CollectionEntry& collection,
                               const std::vector<Condition>& conditions, const Condition& any,
                               const UnionRequest& request) {
  Plan plan;
  plan.access = Access::kIndexUnion;
  plan.merged = request.sort != nullptr;
  plan.exact = true;
  for (const Condition& branch : any.parts) {
    std::vector<Condition> all = branch.parts;
    std::copy_if(conditions.begin(), conditions.end(), std::back_inserter(all),
                 [&](const Condition& one) { return &one != &any; });
    const std::vector<Term> terms = terms_of(all);
    const Conjunction filter{&all, &terms, request.collation, request.allowed};
    auto best = best_for(collection, filter, request.sort);
    if (!best) return std::nullopt;
    plan.merged = plan.merged && best->sorts;
    if (best->sorts) best->draft.scan.direction = *best->sorts;
    best->draft.scan.key_filter = key_filter(best->draft, filter);
    plan.exact = plan.exact && left_of_document(best->draft, filter).empty();
    plan.scans.push_back(std::move(best->draft.scan));
  }
  plan.sorted = request.sort == nullptr || plan.merged;
  if (!plan.merged) {
    for (IndexScan& scan : plan.scans) scan.direction = Direction::kForward;
  }
  return plan;
}

std::vector<IndexScan> explode(const IndexScan& scan) {
  std::vector<IndexScan> scans{scan};
  for (std::size_t i = 0; i < scan.bounds.size(); ++i) {
    const Intervals& points = scan.bounds[i];
    if (points.empty() || !all_points(points)) break;
    if (scans.size() * points.size() > kMostScans) return {};
    std::vector<IndexScan> next;
    for (const IndexScan& one : scans) {
      for (const Interval& point : points) {
        next.push_back(one);
        next.back().bounds[i] = {point};
      }
    }
    scans = std::move(next);
  }
  return scans;
}

}  // namespace cairn::plan
