// Implies: whether every document that a query finds is in a partial index.
#pragma once

#include "engine/catalog/index_entry.h"
#include "engine/plan/draft.h"

namespace cairn::plan {

// Says no rather than yes where it is not sure.
bool implies(const Conjunction& query, const IndexEntry& index);

}  // namespace cairn::plan
