// BSON types as `$type` and JSON schemas name them: by name or by number.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include <cairn/bson.h>

namespace cairn {

// "objectId" -> kObjectId; nullopt for a name that MongoDB does not know (also for "number", which
// is several types).
std::optional<BsonType> type_from_name(std::string_view name);

// 1 -> kDouble, -1 -> kMinKey, 127 -> kMaxKey; nullopt for a number that is no type's (0 is none).
std::optional<BsonType> type_from_number(std::int64_t number);

}  // namespace cairn
