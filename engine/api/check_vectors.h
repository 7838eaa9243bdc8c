// Checks what a vector search index keeps on the disk against its entries: the segment files that
// its manifest names are whole and the ones that were written, and hold, but for what the log tells
// of, the vectors of all entries and no others. Thread-safety: none.
#pragma once

#include "engine/catalog/index_entry.h"
#include "engine/storage/storage.h"

#include <functional>
#include <string_view>

namespace cairn::api {

// `reader`: of the state that is checked. An index without a manifest has nothing to be checked,
// and so has one that is merged meanwhile: its files may be gone.
void check_vectors(Storage& storage, const Reader& reader, const IndexEntry& index,
                   const std::function<void(std::string_view)>& problem);

}  // namespace cairn::api
