// Sort: the records of its input in the order of a pattern. Blocking: the first `next` reads
// everything.
#pragma once

#include "engine/exec/held_measure.h"
#include "engine/exec/record_source.h"
#include "engine/exec/sort_order.h"
#include "engine/storage/spill_space.h"

namespace cairn::exec {

struct SortOptions {
  std::int64_t wanted = 0;      // the first so many records only; 0: all
  SpillSpace* spill = nullptr;  // null: more than kMaxStageMemoryBytes are an error
  HeldMeasure* held = nullptr;  // told when the sort ends; null: nobody asks
};

// Records that tie keep the input's order. Error: QueryExceededMemoryLimitNoDiskUseAllowed; what
// spilling says.
RecordSourcePtr sort(RecordSourcePtr input, SortOrder order, const SortOptions& options);

}  // namespace cairn::exec
