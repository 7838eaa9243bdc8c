#include "engine/write/duplicate_key.h"

#include <fmt/format.h>

namespace cairn::write {
namespace {

std::string show(ValueView value);

std::string show_fields(DocumentView document, bool names) {
  std::string text;
  for (const Element& field : document) {
    if (!text.empty()) text += ", ";
    if (names) text += fmt::format("{}: ", field.name);
    text += show(field.value);
  }
  return text;
}

std::string show_binary(BinaryView binary) {
  std::string digits;
  for (const std::uint8_t byte : binary.bytes) digits += fmt::format("{:02X}", byte);
  return fmt::format("BinData({}, {})", binary.subtype, digits);
}

std::string show_double(double value) {
  const std::string text = fmt::format("{}", value);
  return text.find_first_of(".enia") == std::string::npos ? text + ".0" : text;
}

// As MongoDB writes values into its messages.
std::string show(ValueView value) {
  switch (value.type()) {
    case BsonType::kDouble:
      return show_double(value.as_double());
    case BsonType::kString:
    case BsonType::kSymbol:
      return fmt::format("\"{}\"", value.as_string());
    case BsonType::kDocument:
      return fmt::format("{{ {} }}", show_fields(value.as_document(), true));
    case BsonType::kArray:
      return fmt::format("[ {} ]", show_fields(value.as_document(), false));
    case BsonType::kBinary:
      return show_binary(value.as_binary());
    case BsonType::kUndefined:
      return "undefined";
    case BsonType::kObjectId:
      return fmt::format("ObjectId('{}')", value.as_object_id().to_hex());
    case BsonType::kBool:
      return value.as_bool() ? "true" : "false";
    case BsonType::kDate:
      return fmt::format("new Date({})", value.as_date().milliseconds);
    case BsonType::kRegex:
      return fmt::format("/{}/{}", value.as_regex().pattern, value.as_regex().options);
    case BsonType::kInt32:
      return fmt::format("{}", value.as_int32());
    case BsonType::kInt64:
      return fmt::format("{}", value.as_int64());
    case BsonType::kTimestamp:
      return fmt::format("Timestamp({}, {})", value.as_timestamp().seconds,
                         value.as_timestamp().increment);
    case BsonType::kDecimal128:
      return value.as_decimal128().to_string();
    case BsonType::kMinKey:
      return "MinKey";
    case BsonType::kMaxKey:
      return "MaxKey";
    default:
      return "null";
  }
}

}  // namespace

Status duplicate_key(std::string_view full_name, std::string_view index, DocumentView key_pattern,
                     DocumentView key_value) {
  DocumentBuilder details;
  details.append("keyPattern", key_pattern).append("keyValue", key_value);
  return {ErrorCode::kDuplicateKey,
          fmt::format("E11000 duplicate key error collection: {} index: {} dup key: {{ {} }}",
                      full_name, index, show_fields(key_value, true)),
          details.take().bytes()};
}

}  // namespace cairn::write
