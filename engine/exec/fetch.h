// Fetch: the documents of records that were found, and sorted, by index entries alone.
#pragma once

#include "engine/exec/measure.h"
#include "engine/exec/read_view.h"
#include "engine/exec/record_source.h"

#include <cstddef>

namespace cairn::exec {

struct FetchOptions {
  std::size_t wanted = 0;           // so many records will be asked for at least; 0: not known
  IndexMeasure* measure = nullptr;  // where it notes what it reads; outlives it; null: nobody asks
};

// Records that are gone by now are left out. Once parked it reads a later state of the store, where
// a record may no longer match: the view is suspect from then on.
RecordSourcePtr fetch(RecordSourcePtr input, ReadViewPtr view, const FetchOptions& options);

}  // namespace cairn::exec
