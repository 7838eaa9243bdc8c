#include "engine/bson/shell_text.h"

#include <fmt/format.h>

namespace cairn {
namespace {

std::string text(ValueView value);

std::string fields_text(DocumentView document, bool names) {
  std::string all;
  for (const Element& field : document) {
    if (!all.empty()) all += ", ";
    if (names) all += fmt::format("{}: ", field.name);
    all += text(field.value);
  }
  return all;
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
std::string text(ValueView value) {
  switch (value.type()) {
    case BsonType::kDouble:
      return show_double(value.as_double());
    case BsonType::kString:
    case BsonType::kSymbol:
      return fmt::format("\"{}\"", value.as_string());
    case BsonType::kDocument:
      if (value.as_document().empty()) return "{}";
      return fmt::format("{{ {} }}", fields_text(value.as_document(), true));
    case BsonType::kArray:
      if (value.as_document().empty()) return "[]";
      return fmt::format("[ {} ]", fields_text(value.as_document(), false));
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
    case BsonType::kEnd:
      return "EOO";
    default:
      return "null";
  }
}

}  // namespace

std::string to_shell_text(ValueView value) { return text(value); }
std::string to_shell_text(DocumentView document) { return text(document.as_value()); }
std::string to_shell_text(const Element& element) {
  return fmt::format("{}: {}", element.name, text(element.value));
}
std::string to_shell_fields(DocumentView document) { return fields_text(document, true); }

}  // namespace cairn
