// StillThere: what a query finds out when it goes on after a pause.
#pragma once

#include "engine/catalog/collection.h"

#include <cairn/status.h>

namespace cairn::exec {

// Error: QueryPlanKilled where the collection has been dropped. A new one of its name does not
// count: the query's place in it would mean nothing.
Status still_there(const CollectionEntry& collection);

// The same, and where that index of it has been dropped.
Status still_there(const CollectionEntry& collection, const IndexEntry& index);

}  // namespace cairn::exec
