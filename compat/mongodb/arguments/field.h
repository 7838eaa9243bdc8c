// The fields that a command (or a document inside one) accepts, as a table, and the one pass that
// reads them: unknown and doubled fields, wrong types and values out of range are refused with
// MongoDB's errors (40415, 40413, TypeMismatch, BadValue), as its IDL does. To most fields null is
// absent.
// Thread-safety: pure functions of their arguments.
#pragma once

#include <cairn/bson.h>
#include <cairn/status.h>

#include <array>
#include <cstdint>
#include <initializer_list>
#include <limits>
#include <span>
#include <string>
#include <string_view>

namespace cairn::mongodb {

// A set of BSON types, one bit each.
using TypeSet = std::uint32_t;

constexpr TypeSet type_bit(BsonType type) {
  switch (type) {
    case BsonType::kMaxKey:
      return 1U << 30;
    case BsonType::kMinKey:
      return 1U << 31;
    default:
      return 1U << static_cast<unsigned>(type);
  }
}

inline constexpr TypeSet kAnyType = ~TypeSet{0};
inline constexpr TypeSet kDouble = type_bit(BsonType::kDouble);
inline constexpr TypeSet kString = type_bit(BsonType::kString);
inline constexpr TypeSet kObject = type_bit(BsonType::kDocument);
inline constexpr TypeSet kArray = type_bit(BsonType::kArray);
inline constexpr TypeSet kBinary = type_bit(BsonType::kBinary);
inline constexpr TypeSet kObjectIdType = type_bit(BsonType::kObjectId);
inline constexpr TypeSet kBool = type_bit(BsonType::kBool);
inline constexpr TypeSet kTimestamp = type_bit(BsonType::kTimestamp);
inline constexpr TypeSet kInt64Only = type_bit(BsonType::kInt64);
inline constexpr TypeSet kNumber =
    kDouble | kInt64Only | type_bit(BsonType::kInt32) | type_bit(BsonType::kDecimal128);
// A boolean that older clients may send as a number.
inline constexpr TypeSet kBoolOrNumber = kBool | kNumber;

// How a wrong type is worded: MongoDB has more than one way.
enum class Wording : std::uint8_t {
  kIdl,             // "BSON field 'find.limit' is the wrong type 'string', expected type …"
  kExpectedObject,  // "Expected field filter to be of type object"
  kShouldBeBool,    // "Field 'singleBatch' should be a boolean value, but found: int"
};

struct Field {
  std::string_view name;
  TypeSet types = kAnyType;
  bool required = false;
  std::int64_t at_least = std::numeric_limits<std::int64_t>::min();  // for numbers
  Wording wording = Wording::kIdl;
  bool unstable = false;  // refused with `apiStrict: true`
};

// Most fields that any table has.
inline constexpr std::size_t kMaxFields = 32;

// The values read, by their place in the table. Views into the document read.
class Arguments {
 public:
  ValueView operator[](std::size_t field) const { return values_[field]; }
  bool has(std::size_t field) const { return (present_ >> field & 1U) != 0; }
  void set(std::size_t field, ValueView value) {
    values_[field] = value;
    present_ |= 1U << field;
  }
  // Given, but elsewhere: as a section of the message.
  void mark(std::size_t field) { present_ |= 1U << field; }

  // Absent: the given default. REQUIRES: the field's types are those named.
  std::int64_t integer(std::size_t field, std::int64_t absent = 0) const {
    return has(field) ? values_[field].to_int64_clamped() : absent;
  }
  bool boolean(std::size_t field, bool absent = false) const {
    return has(field) ? values_[field].truthy() : absent;
  }
  std::string_view string(std::size_t field) const {
    return has(field) ? values_[field].as_string() : std::string_view();
  }
  DocumentView document(std::size_t field) const {  // or array
    return has(field) ? values_[field].as_document() : DocumentView();
  }

 private:
  std::array<ValueView, kMaxFields> values_;
  std::uint32_t present_ = 0;
};

// The field's place in the table, or -1.
inline int field_index(std::span<const Field> fields, std::string_view name) {
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (fields[i].name == name) return static_cast<int>(i);
  }
  return -1;
}

// Checks one value against its row. `owner` is what the field is a field of: "find",
// "update.updates".
Status check_field(std::string_view owner, const Field& field, ValueView value);
// The same, and stores it. Error besides: 40413 for a field given twice.
Status take_field(std::string_view owner, std::span<const Field> fields, std::size_t index,
                  ValueView value, Arguments& arguments);
// 40414 for the first required field that is absent.
Status check_required(std::string_view owner, std::span<const Field> fields,
                      const Arguments& arguments);
// Reads a whole document inside a command.
Status parse_document(std::string_view owner, std::span<const Field> fields, DocumentView document,
                      Arguments& arguments);

Status unknown_field(std::string_view owner, std::string_view name);
Status wrong_type(std::string_view owner, std::string_view name, BsonType found, TypeSet expected);

// "string", "[long, int]": how a set of types is written in messages.
std::string type_set_name(TypeSet types);

}  // namespace cairn::mongodb
