// The classes of types that MongoDB's order compares first. Source: MongoDB's manual,
// "Comparison/Sort Order".
#pragma once

#include <cairn/bson.h>

namespace cairn {

// Types of one class are compared by value (all numbers; string and symbol; missing and undefined,
// which are equal).
constexpr int canonical_type(BsonType type) {
  switch (type) {
    case BsonType::kMinKey:
      return -1;
    case BsonType::kEnd:
    case BsonType::kUndefined:
      return 0;
    case BsonType::kNull:
      return 5;
    case BsonType::kDouble:
    case BsonType::kInt32:
    case BsonType::kInt64:
    case BsonType::kDecimal128:
      return 10;
    case BsonType::kString:
    case BsonType::kSymbol:
      return 15;
    case BsonType::kDocument:
      return 20;
    case BsonType::kArray:
      return 25;
    case BsonType::kBinary:
      return 30;
    case BsonType::kObjectId:
      return 35;
    case BsonType::kBool:
      return 40;
    case BsonType::kDate:
      return 45;
    case BsonType::kTimestamp:
      return 47;
    case BsonType::kRegex:
      return 50;
    case BsonType::kDbPointer:
      return 55;
    case BsonType::kCode:
      return 60;
    case BsonType::kCodeWithScope:
      return 65;
    case BsonType::kMaxKey:
      return 127;
  }
  return 0;
}

}  // namespace cairn
