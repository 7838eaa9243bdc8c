// Covering: whether what a reader needs of a record is in the index's key.
#pragma once

#include "engine/plan/plan.h"

namespace cairn::plan {

// Whether one field of the index lies within another ({b: 1, "b.c": 1}): no document made of the
// key has both values, so the key does not stand for its document.
bool has_nested_fields(const IndexEntry& index);
// Sets what the plan reads of each record. `sort`: the query's, which is done after reading where
// the plan does not give it.
void cover(const Request& request, Plan& plan);
// Whether the key has the values of these fields as the documents have them (but for null, which
// may also be a missing field).
bool has_fields(const IndexScan& scan, const std::vector<FieldPath>& fields);

}  // namespace cairn::plan
