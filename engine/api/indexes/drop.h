// dropIndexes.
#pragma once

#include "engine/write/context.h"

#include <cairn/collection.h>

namespace cairn::api {

// `which`: a name, a key pattern, an array of names, or "*" (all but `_id`). Errors:
// NamespaceNotFound, IndexNotFound, InvalidOptions (the index on `_id`), AmbiguousIndexKeyPattern,
// BackgroundOperationInProgressForNamespace (some, but not all, of what is being built together).
Result<DropIndexesResult> drop_indexes(write::Context& context, const Namespace& name,
                                       ValueView which);

// The index that a name or a key pattern means. Errors as above.
Result<const IndexDefinition*> find_by_pattern(const CollectionEntry& collection,
                                               DocumentView pattern);

}  // namespace cairn::api
