// The keys of a document in an index. Pure: no I/O, no locks.
//
// One generator per kind of index; to add a kind, write its generator and name it in index_keys.cc.
#pragma once

#include "engine/catalog/index_entry.h"
#include "engine/records/keys/key_set.h"

#include <cairn/bson.h>
#include <cairn/status.h>

namespace cairn::records {

// Fills `keys`; none where a partial index's filter or a sparse index leaves the document out.
// Errors: CannotIndexParallelArrays, 16766 (an array in a hashed index), 16746 (ambiguous number in
// a path).
Status index_keys(const IndexEntry& index, DocumentView document, KeySet& keys);

}  // namespace cairn::records
