// SortOrder: whether walking an index gives records in the order that a query sorts by.
#pragma once

#include "engine/bson/sort_pattern.h"
#include "engine/plan/plan.h"

#include <optional>

namespace cairn::plan {

// The direction in which the scan gives that order; nullopt: neither does. `collation`: of the
// query.
std::optional<Direction> sorting_direction(const IndexScan& scan, const SortPattern& sort,
                                           const Collation* collation);

}  // namespace cairn::plan
