// What `$listSearchIndexes` shows. Source: MongoDB's manual, "$listSearchIndexes".
#pragma once

#include "engine/catalog/collection.h"

#include <cairn/bson.h>

#include <functional>
#include <vector>

namespace cairn {

// Appends more to what is shown of a definition (`statusDetail.mainIndex`).
using ShowIndex = std::function<void(const IndexEntry&, DocumentBuilder&)>;

// A document for each search index, in the order of their creation: {id, name, type, status,
// queryable, latestDefinitionVersion, latestDefinition, statusDetail}.
std::vector<Document> list_search_indexes(const CollectionEntry& collection, const ShowIndex& more);

}  // namespace cairn
