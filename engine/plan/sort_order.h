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

// Whether chance has a part in the order ({$meta: "randVal"}), so that no index gives it.
bool is_random_sort(DocumentView sort);
bool is_random_sort(ValueView direction);  // of one field

}  // namespace cairn::plan
