// createSearchIndexes and updateSearchIndex.
#pragma once

#include "engine/records/build/index_build.h"
#include "engine/write/context.h"

#include <cairn/collection.h>

#include <span>
#include <vector>

namespace cairn::api {

// See Collection::create_search_indexes and update_search_index.
Result<std::vector<SearchIndexCreated>> create_search_indexes(
    write::Context& context, const Namespace& name, std::span<const DocumentView> specifications,
    const records::BuildOptions& options);
Status update_search_index(write::Context& context, const Namespace& name,
                           const SearchIndexKey& which, DocumentView definition,
                           const records::BuildOptions& options);
// When a database is opened: builds those indexes anew that an earlier version has left without the
// values that their filters ask for.
Status renew_search_indexes(write::Context& context, const records::BuildOptions& options);

}  // namespace cairn::api
