// Reads: which fields of its documents a stage looks at, where it passes on nothing else of them,
// so that an index that has those fields may stand in for the documents; and what a stage that
// holds documents need keep of them.
#pragma once

#include "engine/bson/path.h"

#include <cairn/bson.h>

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace cairn::aggregate {

// None: it only counts. nullopt: it may look at everything.
std::optional<std::vector<FieldPath>> fields_read(std::string_view stage, ValueView specification);

// Top-level fields; nullopt: perhaps all.
using NeededFields = std::optional<std::set<std::string>>;
// What is needed of the documents before a stage, where `behind` is needed after it.
NeededFields fields_needed(std::string_view stage, ValueView specification, NeededFields behind);

}  // namespace cairn::aggregate
