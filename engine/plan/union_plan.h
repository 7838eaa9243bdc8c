// UnionPlan: plans that find records by several scans: one per branch of an `$or`, or one per value
// of an `$in` so that their results can be merged in order.
#pragma once

#include "engine/bson/sort_pattern.h"
#include "engine/plan/draft.h"

#include <optional>

namespace cairn::plan {

// Whether plans may use the index, and every document that the filter finds is in it (but for those
// that a sparse one leaves out).
bool is_usable(const IndexEntry& index, const Conjunction& filter);
// All that the index can do for the filter: several drafts of a wildcard index, else one, which may
// be unbounded.
std::vector<Draft> drafts_of(const IndexEntry& index, const Conjunction& filter);

struct UnionRequest {
  const SortPattern* sort = nullptr;  // null: any order
  const Collation* collation = nullptr;
  const IndexFilter* allowed = nullptr;  // null: all indexes
};

// By the branches of `any`, one of the conditions or a part of an `$expr` among them, each together
// with the other conditions. nullopt: some branch has no index.
std::optional<Plan> union_plan(const CollectionEntry& collection,
                               const std::vector<match::Condition>& conditions,
                               const match::Condition& any, const UnionRequest& request);

// The scan once for each combination of values that its leading fields are pinned to; empty: there
// are too many, or only one.
std::vector<IndexScan> explode(const IndexScan& scan);

}  // namespace cairn::plan
