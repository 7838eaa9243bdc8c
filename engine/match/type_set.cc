#include "engine/match/type_set.h"

#include <string>

namespace cairn::match {

void TypeSet::add_numbers() {
  for (const BsonType type :
       {BsonType::kDouble, BsonType::kInt32, BsonType::kInt64, BsonType::kDecimal128}) {
    add(type);
  }
}

std::optional<BsonType> type_named(ValueView name) {
  const std::optional<std::int64_t> asked =
      name.is_number() ? name.to_int64_exact() : std::optional<std::int64_t>();
  for (int code = 1; code < 256; ++code) {
    const auto type = static_cast<BsonType>(code);
    const bool known = code <= 19 || type == BsonType::kMaxKey || type == BsonType::kMinKey;
    if (!known) continue;
    const std::int64_t number = type == BsonType::kMinKey ? -1 : code;
    const bool named = name.is_string() && type_name(type) == name.as_string();
    if (named || asked == number) return type;
  }
  return std::nullopt;
}

Status TypeSet::add_named(std::string_view name) {
  if (name == "number") {
    add_numbers();
    return Status();
  }
  const Value text = Value::string(name);
  if (const auto type = type_named(text)) {
    add(*type);
    return Status();
  }
  return {ErrorCode::kBadValue, "Unknown type name alias: " + std::string(name)};
}

}  // namespace cairn::match
