// What `$listSearchIndexes` shows. Source: MongoDB's manual, "$listSearchIndexes".
#pragma once

#include "engine/catalog/collection.h"

#include <cairn/bson.h>

#include <vector>

namespace cairn {

// A document for each search index, in the order of their creation: {id, name, type, status,
// queryable, latestDefinitionVersion, latestDefinition, statusDetail}.
std::vector<Document> list_search_indexes(const CollectionEntry& collection);

}  // namespace cairn
