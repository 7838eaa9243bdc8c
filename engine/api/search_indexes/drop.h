// dropSearchIndex, and how a search index is named.
#pragma once

#include "engine/write/context.h"

#include <cairn/collection.h>

namespace cairn::api {

Status drop_search_index(write::Context& context, const Namespace& name,
                         const SearchIndexKey& which);

// Whether `which` names it.
bool is_named(const IndexDefinition& index, const SearchIndexKey& which);
// Error: IndexNotFound.
Status no_search_index(const Namespace& name, const SearchIndexKey& which);
// The collection for a change of its search indexes. Errors: NamespaceNotFound,
// CommandNotSupportedOnView.
Result<CollectionRef> searched_collection(write::Context& context, const Namespace& name);

}  // namespace cairn::api
