// CollectionScan: every record of a collection, in the order of its keys (natural order) or
// backward.
#pragma once

#include "engine/catalog/collection.h"
#include "engine/exec/record_source.h"
#include "engine/storage/reader.h"

namespace cairn::exec {

// Sees the collection as it is at the first `next`, and again after each `park`. The reader's store
// outlives the result.
RecordSourcePtr collection_scan(Reader reader, CollectionRef collection, Direction direction);

}  // namespace cairn::exec
