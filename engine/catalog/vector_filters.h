// The fields by which searches of a vector search index may filter: those of type "filter" in its
// definition, in their order. Thread-safety: pure.
#pragma once

#include "engine/bson/path.h"
#include "engine/catalog/index_entry.h"

#include <vector>

namespace cairn {

// REQUIRES: the index's kind is kVector.
std::vector<FieldPath> vector_filters(const IndexEntry& index);

}  // namespace cairn
