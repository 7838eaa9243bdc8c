#include "compat/mongodb/arguments/field.h"

#include <string>

namespace cairn::mongodb {
namespace {

// In the order in which MongoDB's messages list the types of its safe numbers and booleans.
constexpr BsonType kListedTypes[] = {
    BsonType::kBool,   BsonType::kInt64,    BsonType::kInt32, BsonType::kDecimal128,
    BsonType::kDouble, BsonType::kString,   BsonType::kArray, BsonType::kDocument,
    BsonType::kBinary, BsonType::kObjectId, BsonType::kDate,  BsonType::kTimestamp};

std::string dotted(std::string_view owner, std::string_view name) {
  std::string path(owner);
  if (!path.empty()) path += '.';
  path += name;
  return path;
}

Status too_small(const Field& field, ValueView value) {
  return {ErrorCode::kBadValue, "BSON field '" + std::string(field.name) + "' value must be >= " +
                                    std::to_string(field.at_least) + ", actual value '" +
                                    std::to_string(value.to_int64_clamped()) + "'"};
}

}  // namespace

std::string type_set_name(TypeSet types) {
  std::string names;
  int count = 0;
  for (BsonType type : kListedTypes) {
    if ((types & type_bit(type)) == 0) continue;
    if (count++ > 0) names += ", ";
    names += type_name(type);
  }
  return count > 1 ? "[" + names + "]" : names;
}

Status wrong_type(std::string_view owner, std::string_view name, BsonType found, TypeSet expected) {
  const std::string names = type_set_name(expected);
  return {ErrorCode::kTypeMismatch, "BSON field '" + dotted(owner, name) + "' is the wrong type '" +
                                        std::string(type_name(found)) + "', expected type" +
                                        (names.starts_with('[') ? "s '" : " '") + names + "'"};
}

Status unknown_field(std::string_view owner, std::string_view name) {
  return {ErrorCode::kIDLUnknownField,
          "BSON field '" + dotted(owner, name) + "' is an unknown field."};
}

Status check_field(std::string_view owner, const Field& field, ValueView value) {
  if ((field.types & type_bit(value.type())) == 0) {
    switch (field.wording) {
      case Wording::kExpectedObject:
        return {ErrorCode::kTypeMismatch,
                "Expected field " + std::string(field.name) + " to be of type object"};
      case Wording::kShouldBeBool:
        return {ErrorCode::kTypeMismatch, "Field '" + std::string(field.name) +
                                              "' should be a boolean value, but found: " +
                                              std::string(type_name(value.type()))};
      case Wording::kIdl:
        return wrong_type(owner, field.name, value.type(), field.types);
    }
  }
  if (value.is_number() && value.to_int64_clamped() < field.at_least) {
    return too_small(field, value);
  }
  return {};
}

Status take_field(std::string_view owner, std::span<const Field> fields, std::size_t index,
                  ValueView value, Arguments& arguments) {
  if (arguments.has(index)) {
    return {location(40413),
            "BSON field '" + dotted(owner, fields[index].name) + "' is a duplicate field"};
  }
  // Null is absent, but not to fields that MongoDB parses by hand.
  const Field& field = fields[index];
  if (!value.has_value() && field.types != kAnyType && field.wording == Wording::kIdl) return {};
  CAIRN_RETURN_IF_ERROR(check_field(owner, field, value));
  arguments.set(index, value);
  return {};
}

Status check_required(std::string_view owner, std::span<const Field> fields,
                      const Arguments& arguments) {
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (!fields[i].required || arguments.has(i)) continue;
    return {ErrorCode::kIDLFailedToParse,
            "BSON field '" + dotted(owner, fields[i].name) + "' is missing but a required field"};
  }
  return {};
}

Status parse_document(std::string_view owner, std::span<const Field> fields, DocumentView document,
                      Arguments& arguments) {
  for (const Element& element : document) {
    const int index = field_index(fields, element.name);
    if (index < 0) return unknown_field(owner, element.name);
    CAIRN_RETURN_IF_ERROR(
        take_field(owner, fields, static_cast<std::size_t>(index), element.value, arguments));
  }
  return check_required(owner, fields, arguments);
}

}  // namespace cairn::mongodb
