// Oplog: reads of `local.oplog.rs` (kOplog).
#pragma once

#include "engine/api/engine.h"

#include <cairn/collection.h>

namespace cairn::api {

// In the order of the commits, or backwards with the sort, or hint, {$natural: -1}; a tailable
// cursor stays open at the end. Error: CappedPositionLost where rows were trimmed that it had not
// given.
Result<Cursor> find_in_oplog(Engine& engine, DocumentView filter, const FindOptions& options);
Result<Cursor> aggregate_oplog(Engine& engine, DocumentView stages,
                               const AggregateOptions& options);

}  // namespace cairn::api
