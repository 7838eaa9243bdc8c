// MongoDB's names of the BSON types. Source: MongoDB's manual, "BSON Types".
#include "engine/bson/type_name.h"

#include <array>
#include <utility>

namespace cairn {
namespace {

using enum BsonType;

constexpr std::array<std::pair<BsonType, std::string_view>, 22> kNames = {{
    {kEnd, "missing"},         {kDouble, "double"},
    {kString, "string"},       {kDocument, "object"},
    {kArray, "array"},         {kBinary, "binData"},
    {kUndefined, "undefined"}, {kObjectId, "objectId"},
    {kBool, "bool"},           {kDate, "date"},
    {kNull, "null"},           {kRegex, "regex"},
    {kDbPointer, "dbPointer"}, {kCode, "javascript"},
    {kSymbol, "symbol"},       {kCodeWithScope, "javascriptWithScope"},
    {kInt32, "int"},           {kTimestamp, "timestamp"},
    {kInt64, "long"},          {kDecimal128, "decimal"},
    {kMaxKey, "maxKey"},       {kMinKey, "minKey"},
}};

}  // namespace

std::string_view type_name(BsonType type) {
  for (const auto& [known, name] : kNames) {
    if (known == type) return name;
  }
  return "unknown";
}

std::optional<BsonType> type_from_name(std::string_view name) {
  for (const auto& [known, known_name] : kNames) {
    if (known_name == name && known != kEnd) return known;
  }
  return std::nullopt;
}

std::optional<BsonType> type_from_number(std::int64_t number) {
  if (number == -1) return kMinKey;
  for (const auto& [known, name] : kNames) {
    if (number == static_cast<std::int64_t>(known) && known != kEnd && known != kMinKey) {
      return known;
    }
  }
  return std::nullopt;
}

}  // namespace cairn
