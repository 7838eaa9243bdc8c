// What is told of a vector search index beside its definition: what is kept of it in memory.
// Thread-safety: any thread.
#pragma once

#include "engine/catalog/catalog.h"

#include <cairn/bson.h>

namespace cairn {
class Storage;
}  // namespace cairn

namespace cairn::exec {

// memory: {bytes, vectors, segments, filled}: how much memory its searches read all over, of how
// many vectors in how many parts; `filled` is false while searches look at all entries. Nothing for
// an index that is being built, or of which nothing is kept.
void append_vector_figures(Storage& storage, Catalog& catalog, const CollectionEntry& collection,
                           const IndexEntry& index, DocumentBuilder& out);

}  // namespace cairn::exec
