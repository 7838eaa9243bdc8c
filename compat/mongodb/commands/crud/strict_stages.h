// Stages and filters that the Stable API's version 1 leaves out.
// Source: the manual's "Stable API Changelog", unsupported aggregation stages and indexes.
// Thread-safety: pure functions of their arguments.
#pragma once

#include <cairn/bson.h>
#include <cairn/status.h>

namespace cairn::mongodb {

// Looks at an array of stages, and at the pipelines inside $lookup, $unionWith and $facet.
// Error: APIStrictError, naming the stage.
Status check_strict_stages(DocumentView pipeline);

// Text indexes are outside of it, so nothing answers $text. Error: NoQueryExecutionPlans.
Status check_strict_filter(DocumentView filter);

}  // namespace cairn::mongodb
