// Skip and limit: a window of a record stream.
#pragma once

#include "engine/exec/record_source.h"

namespace cairn::exec {

// Passes over `skip` records, then gives at most `limit` (0: all).
RecordSourcePtr skip_limit(RecordSourcePtr input, std::int64_t skip, std::int64_t limit);

}  // namespace cairn::exec
