// TailableScan: the documents of a capped collection from the oldest on; at the end it waits to be
// asked again.
#pragma once

#include "engine/catalog/collection.h"
#include "engine/exec/record_source.h"
#include "engine/storage/reader.h"

namespace cairn::exec {

// Unlike other sources it may give documents again after it gave none. Error: CappedPositionLost
// (136) where the document that it gave last is gone, as then others may be gone that it has not
// given.
RecordSourcePtr tailable_scan(Reader reader, CollectionRef collection);

}  // namespace cairn::exec
