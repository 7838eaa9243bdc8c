// Counted: pipelines that only count a whole collection are answered from its counters.
#pragma once

#include "engine/aggregate/front.h"

namespace cairn::aggregate {

// What the stages give that begin with `front` and the one behind it, where that one only counts
// (`$count`, or `$group` with {$sum: 1} alone) and nothing is filtered; null otherwise.
StreamPtr open_counted(const Front& front, const ParsedStage& behind,
                       const Environment& environment);

}  // namespace cairn::aggregate
