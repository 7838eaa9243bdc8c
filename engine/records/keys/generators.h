// The generators of keys, one per kind of index. They add keys in any order, also repeatedly, and
// note the arrays that they fan out.
#pragma once

#include "engine/catalog/index_entry.h"
#include "engine/records/keys/key_set.h"

#include <cairn/bson.h>
#include <cairn/status.h>

namespace cairn::records {

// Single, compound and multikey indexes.
Status ordered_keys(const IndexEntry& index, DocumentView document, KeySet& keys);
// One field hashed, any others ordered; arrays are refused.
Status hashed_keys(const IndexEntry& index, DocumentView document, KeySet& keys);
// One field `$**`: a key per leaf of the document, path and value, any other fields beside.
Status wildcard_keys(const IndexEntry& index, DocumentView document, KeySet& keys);

// An index of vectors: under a field's number, its vector as the bytes of a binary vector.
Status vector_keys(const IndexEntry& index, DocumentView document, KeySet& keys);
// A key per cell of the places that a document has, any other fields beside.
Status sphere_keys(const IndexEntry& index, DocumentView document, KeySet& keys);
// A key per place in the grid of a 2d index, any other fields behind it.
Status grid_keys(const IndexEntry& index, DocumentView document, KeySet& keys);

// A text index: a key per term of the document, any other fields beside.
Status text_keys(const IndexEntry& index, DocumentView document, KeySet& keys);

}  // namespace cairn::records
