// What a partial index may filter by: conjunctions and disjunctions of comparisons. Source:
// MongoDB's manual, "Partial Indexes".
#pragma once

#include <cairn/bson.h>
#include <cairn/status.h>

namespace cairn::api {

// Errors: those of parsing the filter; QueryFeatureNotAllowed for what no index may have ($expr,
// …); CannotCreateIndex for operators that partial indexes do not support.
Status check_partial_filter(DocumentView filter);

}  // namespace cairn::api
