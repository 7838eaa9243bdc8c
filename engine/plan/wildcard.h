// Wildcard indexes: one of them can stand for an index on each path that it covers. Its key has two
// components for its field: the path of a leaf, and the leaf's value.
// Source: MongoDB's manual, "Wildcard Indexes".
#pragma once

#include "engine/plan/draft.h"

namespace cairn::plan {

// One per path that the filter has a condition on and the index covers; where there is none, one by
// the fields before the wildcard, if the filter bounds them.
std::vector<Draft> wildcard_drafts(const IndexEntry& index, const Conjunction& filter);

}  // namespace cairn::plan
