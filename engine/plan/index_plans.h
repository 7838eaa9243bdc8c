// IndexPlans: the plans that walk secondary indexes, or the `_id` index as one of them.
#pragma once

#include "engine/plan/plan.h"

namespace cairn::plan {

// None where no index helps. In the order of the indexes; unions and merges last.
Result<std::vector<Plan>> index_plans(const CollectionEntry& collection, const Request& request);
// The plan that walks this index, once or for each branch of an `$or`, whether it helps or not.
// Error: NoQueryExecutionPlans for a wildcard index that does not help, for it need not have every
// document.
Result<Plan> hinted_plan(const CollectionEntry& collection, const IndexEntry& index,
                         const Request& request);
// The same, from `min` up to `max`. Errors: Location51174 (not the index's fields, or
// strings that it orders otherwise), Location51175 (in the wrong order).
Result<Plan> range_plan(const IndexEntry& index, const Request& request);

}  // namespace cairn::plan
