// Sizes: what collections and databases take, for stats and lists.
#pragma once

#include "engine/catalog/collection.h"
#include "engine/storage/reader.h"

#include <cairn/collection.h>

namespace cairn {

CollectionStats collection_stats(const Reader& reader, const CollectionEntry& collection);
// The index of a clustered collection as `listIndexes` shows it.
Document clustered_index(const CollectionEntry& collection);

}  // namespace cairn
