// NearPlan: how the records of a `$near` are found: ring by ring around its point, in a geographic
// index. Source: MongoDB's manual, "$near"; which index may serve was looked at in its engine.
#pragma once

#include "engine/plan/hint.h"
#include "engine/plan/plan.h"

namespace cairn::plan {

// REQUIRES: the matcher has a `$near`.
// Errors: NoQueryExecutionPlans where no index can be used, BadValue ($natural), 16433 (a point
// outside of a 2d index).
Result<Plan> near_plan(const CollectionEntry& collection, const Request& request, const Hint& hint);

}  // namespace cairn::plan
