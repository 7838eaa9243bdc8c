// Whether a vector search index has, beside its vectors, what its searches may filter by.
// Thread-safety: pure.
#pragma once

#include <cairn/bson.h>

#include <cstdint>
#include <string_view>

namespace cairn {

// Of an index's specification: how its entries have their filters' values beside them. 1 (or true):
// where vectors are not nested; 2: all.
inline constexpr std::string_view kFilterRows = "filterRows";
inline constexpr std::int32_t kFilterRowsOfAll = 2;

// Whether an index has such fields, but was made before their values were kept beside the vectors.
// `specification`: checked when the index was made.
bool lacks_filter_rows(DocumentView specification);

}  // namespace cairn
