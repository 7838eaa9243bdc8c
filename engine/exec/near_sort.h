// Near sort: the records of its input, the nearest first. Blocking: the first `next` reads
// everything.
#pragma once

#include "engine/exec/record_source.h"
#include "engine/exec/sort.h"
#include "engine/match/geo/near.h"

namespace cairn::exec {

// Records without a place, or out of the bounds asked for, are left out. `near` outlives the
// result. Errors as `sort`'s.
RecordSourcePtr near_sort(RecordSourcePtr input, const match::Near& near,
                          const SortOptions& options);

}  // namespace cairn::exec
