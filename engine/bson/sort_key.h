// Sort keys as bytes: of two documents the one with the lesser key comes first under a pattern.
#pragma once

#include <string>

#include <cairn/bson.h>

#include "engine/bson/sort_pattern.h"

namespace cairn {

// Appends the key to `out`. Error: BadValue where two different arrays meet in one key.
Status append_sort_key(const SortPattern& pattern, DocumentView document, std::string& out);

}  // namespace cairn
