#include "engine/plan/type_bounds.h"

#include "engine/bson/canonical_type.h"

#include <array>
#include <cmath>
#include <limits>
#include <string_view>

namespace cairn::plan {
namespace {

using namespace std::string_view_literals;

Value raw(BsonType type, std::string_view payload) {
  return Value(ValueView(type, reinterpret_cast<const std::uint8_t*>(payload.data()),
                         static_cast<std::uint32_t>(payload.size())));
}

constexpr std::string_view kEmptyText = "\1\0\0\0\0"sv;
constexpr std::string_view kEmptyDocument = "\5\0\0\0\0"sv;
constexpr std::string_view kEmptyBinary = "\0\0\0\0\0"sv;
constexpr std::string_view kEmptyPointer = "\1\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"sv;
constexpr std::string_view kEmptyScope = "\x0e\0\0\0\1\0\0\0\0\5\0\0\0\0"sv;

ObjectId last_object_id() {
  ObjectId id;
  id.bytes.fill(0xFF);
  return id;
}

Edge at(const Value& value, bool inclusive = true) { return edge(value, inclusive, nullptr); }
Edge before(const Value& value) { return at(value, false); }

}  // namespace

Interval bracket(BsonType type, Nan nan) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  switch (type) {
    case BsonType::kDouble:
    case BsonType::kInt32:
    case BsonType::kInt64:
    case BsonType::kDecimal128: {
      const double lowest = nan == Nan::kInside ? std::nan("") : -kInfinity;
      return {at(Value::number(lowest)), at(Value::number(kInfinity))};
    }
    case BsonType::kString:
    case BsonType::kSymbol:
      return {at(Value::string("")), before(raw(BsonType::kDocument, kEmptyDocument))};
    case BsonType::kDocument:
      return {at(raw(BsonType::kDocument, kEmptyDocument)),
              before(raw(BsonType::kArray, kEmptyDocument))};
    case BsonType::kArray:
      return {at(raw(BsonType::kArray, kEmptyDocument)),
              before(raw(BsonType::kBinary, kEmptyBinary))};
    case BsonType::kBinary:
      return {at(raw(BsonType::kBinary, kEmptyBinary)), before(Value::object_id(ObjectId{}))};
    case BsonType::kObjectId:
      return {at(Value::object_id(ObjectId{})), at(Value::object_id(last_object_id()))};
    case BsonType::kBool:
      return {at(Value::boolean(false)), at(Value::boolean(true))};
    case BsonType::kDate:
      return {at(Value::date({std::numeric_limits<std::int64_t>::min()})),
              at(Value::date({std::numeric_limits<std::int64_t>::max()}))};
    case BsonType::kTimestamp:
      return {
          at(Value::timestamp({})),
          at(Value::timestamp(Timestamp::from_value(std::numeric_limits<std::uint64_t>::max())))};
    case BsonType::kRegex:
      return {at(raw(BsonType::kRegex, "\0\0"sv)),
              before(raw(BsonType::kDbPointer, kEmptyPointer))};
    case BsonType::kDbPointer:
      return {at(raw(BsonType::kDbPointer, kEmptyPointer)),
              before(raw(BsonType::kCode, kEmptyText))};
    case BsonType::kCode:
      return {at(raw(BsonType::kCode, kEmptyText)),
              before(raw(BsonType::kCodeWithScope, kEmptyScope))};
    case BsonType::kCodeWithScope:
      return {at(raw(BsonType::kCodeWithScope, kEmptyScope)), before(raw(BsonType::kMaxKey, {}))};
    default:
      return {at(raw(type, {})), at(raw(type, {}))};
  }
}

Interval from(ValueView value, bool inclusive, const Collation* collation) {
  Interval interval = bracket(value.type(), Nan::kOutside);
  interval.lower = edge(value, inclusive, collation);
  return interval;
}

Interval up_to(ValueView value, bool inclusive, const Collation* collation) {
  Interval interval = bracket(value.type(), Nan::kOutside);
  interval.upper = edge(value, inclusive, collation);
  return interval;
}

}  // namespace cairn::plan
