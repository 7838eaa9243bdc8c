#include "engine/match/type_set.h"

#include <string>

namespace cairn::match {

void TypeSet::add_numbers() {
  for (const BsonType type :
       {BsonType::kDouble, BsonType::kInt32, BsonType::kInt64, BsonType::kDecimal128}) {
    add(type);
  }
}

Status TypeSet::add_named(std::string_view name) {
  if (name == "number") {
    add_numbers();
    return Status();
  }
  for (int code = 1; code < 256; ++code) {
    const auto type = static_cast<BsonType>(code);
    const bool known = code <= 19 || type == BsonType::kMaxKey || type == BsonType::kMinKey;
    if (known && type_name(type) == name) {
      add(type);
      return Status();
    }
  }
  return {ErrorCode::kBadValue, "Unknown type name alias: " + std::string(name)};
}

}  // namespace cairn::match
