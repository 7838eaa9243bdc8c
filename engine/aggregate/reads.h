// Reads: which fields of its documents a stage looks at, where it passes on nothing else of them,
// so that an index that has those fields may stand in for the documents.
#pragma once

#include "engine/bson/path.h"

#include <cairn/bson.h>

#include <optional>
#include <string_view>
#include <vector>

namespace cairn::aggregate {

// None: it only counts. nullopt: it may look at everything.
std::optional<std::vector<FieldPath>> fields_read(std::string_view stage, ValueView specification);

}  // namespace cairn::aggregate
