// Whether an index that is asked for is one that is there, clashes with one, or is new.
//
// Two indexes of one key pattern may live side by side if they differ in what they hold or how they
// order it: uniqueness, sparseness, filter, collation, projection. Differences in anything else
// (hidden, expireAfterSeconds, …) make them one index with two opinions, which is refused.
#pragma once

#include "engine/catalog/collection.h"

#include <cairn/bson.h>
#include <cairn/status.h>

namespace cairn::api {

// The index of `definition` that `specification` (completed) names, or nullptr: there is none yet.
// Errors: IndexOptionsConflict (85), IndexKeySpecsConflict (86).
Result<const IndexDefinition*> find_same(const CollectionDefinition& definition,
                                         DocumentView specification);

}  // namespace cairn::api
