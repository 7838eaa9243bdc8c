// The fields by which searches of a vector search index may filter and whose values are kept beside
// its vectors: those of type "filter" in its definition, in their order. Thread-safety: pure.
#pragma once

#include "engine/bson/path.h"
#include "engine/catalog/index_entry.h"

#include <cairn/bson.h>

#include <string_view>
#include <vector>

namespace cairn {

// None where vectors are nested: the filters of those look at elements and are tried on documents.
// REQUIRES: the index's kind is kVector.
std::vector<FieldPath> vector_filters(const IndexEntry& index);

// Of an index's specification: its entries have their filters' values beside them.
inline constexpr std::string_view kFilterRows = "filterRows";

// Whether an index has such fields, but was made before their values were kept beside the vectors.
// `specification`: checked when the index was made.
bool lacks_filter_rows(DocumentView specification);

}  // namespace cairn
