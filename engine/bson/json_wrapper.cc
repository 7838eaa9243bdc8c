// One function per type wrapper, in a table by key. Source: the MongoDB specification
// "extended-json", version 2, and its legacy forms of $binary, $regex and $date.
#include "engine/bson/json_wrapper.h"

#include <array>
#include <charconv>
#include <cmath>

#include "engine/bson/base64.h"
#include "engine/bson/date.h"
#include "engine/bson/hex.h"

namespace cairn {
namespace {

Status malformed(std::string_view wrapper) {
  return {ErrorCode::kFailedToParse, "malformed Extended JSON: " + std::string(wrapper)};
}

// Exactly one field, a string.
Result<std::string_view> only_text(DocumentView object) {
  const Element field = *object.begin();
  if (!field.value.is_string() || object.count() != 1) return malformed(field.name);
  return field.value.as_string();
}

// Exactly the two named fields, in any order.
bool has_exactly(DocumentView object, std::string_view a, std::string_view b) {
  return object.count() == 2 && !object[a].missing() && !object[b].missing();
}

bool has_nul(std::string_view text) { return text.find('\0') != text.npos; }

template <typename T>
bool parse_whole(std::string_view text, T& out) {
  const auto end = std::from_chars(text.data(), text.data() + text.size(), out);
  return !text.empty() && end.ec == std::errc() && end.ptr == text.data() + text.size();
}

// The one value built by `append`, under whatever name.
template <typename Append>
Value built(Append&& append) {
  DocumentBuilder builder;
  append(builder);
  return Value(builder.take().begin()->value);
}

Result<Value> unwrap_oid(DocumentView object) {
  CAIRN_ASSIGN_OR_RETURN(const std::string_view hex, only_text(object));
  const auto id = ObjectId::from_hex(hex);
  if (!id) return malformed("$oid is 24 hexadecimal digits");
  return Value::object_id(*id);
}

Result<Value> unwrap_symbol(DocumentView object) {
  CAIRN_ASSIGN_OR_RETURN(const std::string_view text, only_text(object));
  return built([&](DocumentBuilder& b) { b.append_text("", BsonType::kSymbol, text); });
}

Result<Value> unwrap_int32(DocumentView object) {
  CAIRN_ASSIGN_OR_RETURN(const std::string_view text, only_text(object));
  std::int32_t value = 0;
  if (!parse_whole(text, value)) return malformed("$numberInt out of range or no integer");
  return Value::int32(value);
}

Result<Value> unwrap_int64(DocumentView object) {
  CAIRN_ASSIGN_OR_RETURN(const std::string_view text, only_text(object));
  std::int64_t value = 0;
  if (!parse_whole(text, value)) return malformed("$numberLong out of range or no integer");
  return Value::int64(value);
}

Result<Value> unwrap_double(DocumentView object) {
  CAIRN_ASSIGN_OR_RETURN(const std::string_view text, only_text(object));
  if (text == "NaN") return Value::number(std::nan(""));
  if (text == "Infinity") return Value::number(HUGE_VAL);
  if (text == "-Infinity") return Value::number(-HUGE_VAL);
  double value = 0;
  const bool digits =
      text.find_first_not_of("+-.0123456789eE") == text.npos;  // neither "inf" nor "nan"
  if (!digits || !parse_whole(text, value)) return malformed("$numberDouble is no number");
  return Value::number(value);
}

Result<Value> unwrap_decimal(DocumentView object) {
  CAIRN_ASSIGN_OR_RETURN(const std::string_view text, only_text(object));
  auto value = Decimal128::from_string(text);
  if (!value) {
    return {ErrorCode::kFailedToParse,
            "malformed Extended JSON: $numberDecimal: " + std::string(value.status().message())};
  }
  return Value::decimal128(*value);
}

Result<Value> binary_value(std::string bytes, std::uint8_t subtype) {
  constexpr std::uint8_t kOldBinary = 2;  // its bytes repeat their length, which JSON leaves out
  if (subtype == kOldBinary) {
    const auto length = static_cast<std::uint32_t>(bytes.size());
    bytes.insert(0, reinterpret_cast<const char*>(&length), sizeof length);
  }
  const auto* data = reinterpret_cast<const std::uint8_t*>(bytes.data());
  return built([&](DocumentBuilder& b) {
    b.append("", BinaryView{subtype, {data, bytes.size()}});
  });
}

// Both {"$binary": {"base64": …, "subType": …}} and the legacy {"$binary": …, "$type": …}.
Result<Value> unwrap_binary(DocumentView object) {
  ValueView base64 = object["$binary"];
  ValueView subtype = object["$type"];
  if (base64.is_document() && object.count() == 1) {
    const DocumentView inner = base64.as_document();
    if (!has_exactly(inner, "base64", "subType")) return malformed("$binary");
    base64 = inner["base64"];
    subtype = inner["subType"];
  } else if (!has_exactly(object, "$binary", "$type")) {
    return malformed("$binary");
  }
  if (!base64.is_string() || !subtype.is_string()) return malformed("$binary");
  auto bytes = decode_base64(base64.as_string());
  if (!bytes) return malformed("$binary is not base64");
  const std::string_view hex = subtype.as_string();
  std::uint8_t number = 0;
  const auto end = std::from_chars(hex.data(), hex.data() + hex.size(), number, 16);
  if (hex.empty() || hex.size() > 2 || end.ec != std::errc() ||
      end.ptr != hex.data() + hex.size()) {
    return malformed("$binary's subType is one or two hexadecimal digits");
  }
  return binary_value(std::move(*bytes), number);
}

// {"$type": …} is a query operator unless it comes with $binary.
Result<Value> unwrap_type(DocumentView object) {
  if (object["$binary"].missing()) return Value();
  return unwrap_binary(object);
}

Result<Value> unwrap_uuid(DocumentView object) {
  CAIRN_ASSIGN_OR_RETURN(const std::string_view text, only_text(object));
  constexpr std::size_t kLength = 36;
  std::string digits;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool hyphen = i == 8 || i == 13 || i == 18 || i == 23;
    if (hyphen != (text[i] == '-')) return malformed("$uuid");
    if (!hyphen) digits.push_back(text[i]);
  }
  std::string bytes(digits.size() / 2, '\0');
  if (text.size() != kLength ||
      !decode_hex(digits, reinterpret_cast<std::uint8_t*>(bytes.data()))) {
    return malformed("$uuid");
  }
  constexpr std::uint8_t kUuid = 4;
  return binary_value(std::move(bytes), kUuid);
}

Result<Value> unwrap_code(DocumentView object) {
  const ValueView code = object["$code"];
  const ValueView scope = object["$scope"];
  if (scope.missing()) {
    CAIRN_ASSIGN_OR_RETURN(const std::string_view text, only_text(object));
    return built([&](DocumentBuilder& b) { b.append_text("", BsonType::kCode, text); });
  }
  if (object.count() != 2 || !code.is_string() || !scope.is_document()) return malformed("$code");
  return built([&](DocumentBuilder& b) {
    b.append_code_with_scope("", code.as_string(), scope.as_document());
  });
}

std::optional<std::uint32_t> unsigned_32(ValueView value) {
  if (value.type() != BsonType::kInt32 && value.type() != BsonType::kInt64) return std::nullopt;
  const std::int64_t number = *value.to_int64_exact();
  if (number < 0 || number > UINT32_MAX) return std::nullopt;
  return static_cast<std::uint32_t>(number);
}

Result<Value> unwrap_timestamp(DocumentView object) {
  const ValueView inner = object.begin()->value;
  if (object.count() != 1 || !inner.is_document() || !has_exactly(inner.as_document(), "t", "i")) {
    return malformed("$timestamp");
  }
  const auto seconds = unsigned_32(inner.as_document()["t"]);
  const auto increment = unsigned_32(inner.as_document()["i"]);
  if (!seconds || !increment) return malformed("$timestamp");
  return Value::timestamp({*increment, *seconds});
}

Result<Value> regex_value(ValueView pattern, ValueView options) {
  if (!pattern.is_string() || !options.is_string() || has_nul(pattern.as_string()) ||
      has_nul(options.as_string())) {
    return malformed("$regularExpression");
  }
  return built([&](DocumentBuilder& b) {
    b.append("", RegexView{pattern.as_string(), options.as_string()});
  });
}

Result<Value> unwrap_regular_expression(DocumentView object) {
  const ValueView inner = object.begin()->value;
  if (object.count() != 1 || !inner.is_document() ||
      !has_exactly(inner.as_document(), "pattern", "options")) {
    return malformed("$regularExpression");
  }
  return regex_value(inner.as_document()["pattern"], inner.as_document()["options"]);
}

// The legacy form of a regular expression; with other fields, or of other types, it is the query
// operator.
Result<Value> unwrap_regex(DocumentView object) {
  if (!has_exactly(object, "$regex", "$options") || !object["$regex"].is_string() ||
      !object["$options"].is_string()) {
    return Value();
  }
  return regex_value(object["$regex"], object["$options"]);
}

Result<Value> unwrap_db_pointer(DocumentView object) {
  const ValueView inner = object.begin()->value;
  if (object.count() != 1 || !inner.is_document() ||
      !has_exactly(inner.as_document(), "$ref", "$id")) {
    return malformed("$dbPointer");
  }
  const ValueView ref = inner.as_document()["$ref"];
  const ValueView id = inner.as_document()["$id"];
  if (!ref.is_string() || id.type() != BsonType::kObjectId) return malformed("$dbPointer");
  std::string bytes(reinterpret_cast<const char*>(ref.data()), ref.size());
  bytes.append(reinterpret_cast<const char*>(id.data()), id.size());
  return Value(ValueView(BsonType::kDbPointer, reinterpret_cast<const std::uint8_t*>(bytes.data()),
                         static_cast<std::uint32_t>(bytes.size())));
}

Result<Value> unwrap_date(DocumentView object) {
  const ValueView inner = object.begin()->value;
  if (object.count() != 1) return malformed("$date");
  if (inner.type() == BsonType::kInt64) return Value::date({inner.as_int64()});
  if (!inner.is_string()) return malformed("$date");
  const auto date = parse_iso8601(inner.as_string());
  if (!date) return malformed("$date is not ISO 8601");
  return Value::date(*date);
}

Result<Value> unwrap_key(DocumentView object, BsonType type) {
  const Element field = *object.begin();
  if (object.count() != 1 || field.value.type() != BsonType::kInt32 ||
      field.value.as_int32() != 1) {
    return malformed(field.name);
  }
  return Value(ValueView(type, object.data(), 0));
}

Result<Value> unwrap_min_key(DocumentView object) { return unwrap_key(object, BsonType::kMinKey); }
Result<Value> unwrap_max_key(DocumentView object) { return unwrap_key(object, BsonType::kMaxKey); }

Result<Value> unwrap_undefined(DocumentView object) {
  const ValueView value = object.begin()->value;
  if (object.count() != 1 || value.type() != BsonType::kBool || !value.as_bool()) {
    return malformed("$undefined");
  }
  return Value(ValueView(BsonType::kUndefined, object.data(), 0));
}

struct Wrapper {
  std::string_view key;
  Result<Value> (*unwrap)(DocumentView);
};

constexpr std::array kWrappers = {
    Wrapper{"$oid", unwrap_oid},
    Wrapper{"$symbol", unwrap_symbol},
    Wrapper{"$numberInt", unwrap_int32},
    Wrapper{"$numberLong", unwrap_int64},
    Wrapper{"$numberDouble", unwrap_double},
    Wrapper{"$numberDecimal", unwrap_decimal},
    Wrapper{"$binary", unwrap_binary},
    Wrapper{"$type", unwrap_type},
    Wrapper{"$uuid", unwrap_uuid},
    Wrapper{"$code", unwrap_code},
    Wrapper{"$scope", unwrap_code},
    Wrapper{"$timestamp", unwrap_timestamp},
    Wrapper{"$regularExpression", unwrap_regular_expression},
    Wrapper{"$regex", unwrap_regex},
    Wrapper{"$options", unwrap_regex},
    Wrapper{"$dbPointer", unwrap_db_pointer},
    Wrapper{"$date", unwrap_date},
    Wrapper{"$minKey", unwrap_min_key},
    Wrapper{"$maxKey", unwrap_max_key},
    Wrapper{"$undefined", unwrap_undefined},
};

}  // namespace

bool may_start_wrapper(std::string_view key) {
  if (key.empty() || key[0] != '$') return false;
  for (const Wrapper& wrapper : kWrappers) {
    if (wrapper.key == key) return true;
  }
  return false;
}

Result<Value> unwrap(DocumentView object) {
  const std::string_view key = object.begin()->name;
  for (const Wrapper& wrapper : kWrappers) {
    if (wrapper.key == key) return wrapper.unwrap(object);
  }
  return Value();
}

}  // namespace cairn
