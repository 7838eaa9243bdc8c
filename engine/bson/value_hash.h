// A hash of values that agrees with their order: values that compare as equal have the same hash.
#pragma once

#include <cstdint>

#include <cairn/bson.h>

#include "engine/bson/collation.h"

namespace cairn {

// For tables in memory: may change from version to version. `collation`: null for simple.
std::uint64_t hash_value(ValueView value, const Collation* collation);

}  // namespace cairn
