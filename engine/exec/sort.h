// Sort: the records of its input in the order of a pattern. Blocking: the first `next` reads
// everything.
#pragma once

#include "engine/bson/sort_pattern.h"
#include "engine/exec/record_source.h"

namespace cairn::exec {

// Gives the first `wanted` records only (0: all), and then keeps no more than those in memory.
// Records that tie keep the input's order. Error: QueryExceededMemoryLimitNoDiskUseAllowed past
// kMaxStageMemoryBytes.
RecordSourcePtr sort(RecordSourcePtr input, SortPattern pattern, std::int64_t wanted);

}  // namespace cairn::exec
