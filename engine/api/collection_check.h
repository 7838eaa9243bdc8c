// Collection check: proves that a collection is whole: what `validate` runs, and `cairn check` for
// every collection.
#pragma once

#include "engine/catalog/collection.h"
#include "engine/storage/reader.h"

#include <cairn/collection.h>
#include <cairn/status.h>

namespace cairn::api {

// Reads the snapshot behind `reader`: every document, every entry of every index, the counters.
// What is wrong is in the report; an error is what kept the check from going on.
// REQUIRES: not a view.
Result<ValidationReport> check_collection(const Reader& reader, const CollectionEntry& collection,
                                          const Interrupt* interrupt);

}  // namespace cairn::api
