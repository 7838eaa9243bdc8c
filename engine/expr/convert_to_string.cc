// To string.
#include "engine/bson/base64.h"
#include "engine/bson/decimal128.h"
#include "engine/bson/hex.h"
#include "engine/bson/shell_text.h"
#include "engine/bson/utf8.h"
#include "engine/expr/conversion.h"
#include "engine/expr/numeric.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cmath>
#include <utility>

namespace cairn::expr {
namespace {

std::string text_of_double(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value < 0 ? "-Infinity" : "Infinity";
  return fmt::format("{}", value);
}

std::string text_of_number(ValueView number) {
  switch (number.type()) {
    case BsonType::kDouble:
      return text_of_double(number.as_double());
    case BsonType::kDecimal128:
      return number.as_decimal128().to_string();
    default:
      return std::to_string(whole_number(number));
  }
}

Result<ValueView> in_base(ValueView number, int base, Evaluation& evaluation) {
  const std::optional<std::int64_t> whole = number.to_int64_exact();
  if (!whole) {
    return conversion_failure(
        "Base conversion is not supported for non-integers in $convert with no onError value: ");
  }
  char digits[72];
  const auto end = std::to_chars(digits, digits + sizeof digits, *whole, base);
  std::transform(digits, end.ptr, digits,
                 [](char c) { return c >= 'a' ? static_cast<char>(c - 'a' + 'A') : c; });
  return evaluation.string({digits, end.ptr});
}

Result<ValueView> text_of_date(Date date, Evaluation& evaluation) {
  namespace chrono = std::chrono;
  const chrono::sys_time<chrono::milliseconds> time{chrono::milliseconds(date.milliseconds)};
  // The years that the calendar of the standard library holds are fewer than those of a date.
  constexpr std::int64_t kMilliseconds = 86'400'000;
  constexpr std::int64_t kFirst = -719528 * kMilliseconds;  // 0000-01-01
  constexpr std::int64_t kPast = 2932897 * kMilliseconds;   // 10000-01-01
  if (date.milliseconds < kFirst || date.milliseconds >= kPast) {
    return Status(location(18537),
                  "Could not convert date to string: date component was outside the supported "
                  "range of 0-9999");
  }
  const auto midnight = chrono::floor<chrono::days>(time);
  const chrono::year_month_day day(midnight);
  const chrono::hh_mm_ss clock(time - midnight);
  return evaluation.string(fmt::format(
      "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", static_cast<int>(day.year()),
      static_cast<unsigned>(day.month()), static_cast<unsigned>(day.day()), clock.hours().count(),
      clock.minutes().count(), clock.seconds().count(), clock.subseconds().count()));
}

std::string uuid_text(std::span<const std::uint8_t> bytes) {
  std::string hex = encode_hex(bytes);
  for (const std::size_t at : {20, 16, 12, 8}) hex.insert(at, "-");
  return hex;
}

std::string base64_text(std::span<const std::uint8_t> bytes) {
  std::string text;
  append_base64(bytes, text);
  return text;
}

std::string base64_url_text(std::span<const std::uint8_t> bytes) {
  std::string text = base64_text(bytes);
  text.erase(std::ranges::find(text, '='), text.end());
  std::ranges::replace(text, '+', '-');
  std::ranges::replace(text, '/', '_');
  return text;
}

Status no_text(BinaryView binary, std::string_view reason) {
  return conversion_failure(
      fmt::format("Failed to convert '{}' to string in $convert with no onError value: {}",
                  shown_binary(binary), reason));
}

bool is_uuid(BinaryView binary) {
  constexpr std::size_t kUuidBytes = 16;
  return binary.subtype == kUuidSubtype && binary.bytes.size() == kUuidBytes;
}

Result<ValueView> text_of_binary(ValueView value, const Conversion& conversion,
                                 Evaluation& evaluation) {
  const BinaryView binary = value.as_binary();
  switch (conversion.format) {
    case BinaryFormat::kNone:
      return format_needed(value, conversion);
    case BinaryFormat::kAuto:
      if (is_uuid(binary)) return evaluation.string(uuid_text(binary.bytes));
      return evaluation.string(base64_text(binary.bytes));
    case BinaryFormat::kBase64:
      return evaluation.string(base64_text(binary.bytes));
    case BinaryFormat::kBase64Url:
      return evaluation.string(base64_url_text(binary.bytes));
    case BinaryFormat::kHex: {
      const std::string shown = shown_binary(binary);
      const std::size_t quote = shown.find('"');
      return evaluation.string(shown.substr(quote + 1, binary.bytes.size() * 2));
    }
    case BinaryFormat::kUtf8: {
      const std::string_view text(reinterpret_cast<const char*>(binary.bytes.data()),
                                  binary.bytes.size());
      if (is_valid_utf8(text)) return evaluation.string(text);
      return no_text(binary, "BinData does not represent a valid UTF-8 string");
    }
    case BinaryFormat::kUuid:
      if (is_uuid(binary)) return evaluation.string(uuid_text(binary.bytes));
      return no_text(binary, "BinData does not represent a valid UUID");
  }
  return format_needed(value, conversion);
}

bool is_finite(ValueView number) {
  if (number.type() != BsonType::kDecimal128) return std::isfinite(number.to_double());
  const Decimal128 decimal = number.as_decimal128();
  return !decimal128_is_nan(decimal) && !decimal128_is_infinite(decimal);
}

// A document or an array as JSON: what JSON has no word for is the string that it converts to.
class Json {
 public:
  explicit Json(Evaluation& evaluation) : evaluation_(evaluation) {}

  Status append(ValueView value) {
    if (value.is_document()) return append_all(value.as_document(), Brackets::kDocument);
    if (value.is_array()) return append_all(value.as_document(), Brackets::kArray);
    if (!value.has_value()) {
      text_ += "null";
    } else if (value.type() == BsonType::kBool) {
      text_ += value.as_bool() ? "true" : "false";
    } else if (value.is_number() && is_finite(value)) {
      text_ += text_of_number(value);
    } else if (value.type() == BsonType::kCodeWithScope) {
      append_quoted(fmt::format("CodeWScope({}, {})",
                                to_json(Value::string(value.code_with_scope_code())),
                                to_shell_text(value.code_with_scope_scope())));
    } else {
      const Conversion automatic{.format = BinaryFormat::kAuto};
      CAIRN_ASSIGN_OR_RETURN(const ValueView text,
                             convert_to_string(value, automatic, evaluation_));
      append_quoted(text.as_string());
    }
    return Status();
  }
  std::string_view text() const { return text_; }

 private:
  enum class Brackets : bool { kDocument, kArray };

  Status append_all(DocumentView elements, Brackets brackets) {
    const bool names = brackets == Brackets::kDocument;
    text_ += names ? '{' : '[';
    bool first = true;
    for (const Element& element : elements) {
      if (!std::exchange(first, false)) text_ += ',';
      if (names) {
        append_quoted(element.name);
        text_ += ':';
      }
      CAIRN_RETURN_IF_ERROR(append(element.value));
    }
    text_ += names ? '}' : ']';
    return Status();
  }
  void append_quoted(std::string_view text) { text_ += to_json(Value::string(text)); }

  Evaluation& evaluation_;
  std::string text_;
};

Result<ValueView> text_of_nested(ValueView value, Evaluation& evaluation) {
  Json json(evaluation);
  CAIRN_RETURN_IF_ERROR(json.append(value));
  return evaluation.string(json.text());
}

}  // namespace

Result<ValueView> convert_to_string(ValueView value, const Conversion& conversion,
                                    Evaluation& evaluation) {
  switch (value.type()) {
    case BsonType::kString:
      return value;
    case BsonType::kSymbol:
    case BsonType::kCode:
      return evaluation.string(value.as_string());
    case BsonType::kInt32:
    case BsonType::kInt64:
    case BsonType::kDouble:
    case BsonType::kDecimal128:
      if (conversion.base) return in_base(value, *conversion.base, evaluation);
      return evaluation.string(text_of_number(value));
    case BsonType::kBool:
      return evaluation.string(value.as_bool() ? "true" : "false");
    case BsonType::kDate:
      return text_of_date(value.as_date(), evaluation);
    case BsonType::kObjectId:
      return evaluation.string(value.as_object_id().to_hex());
    case BsonType::kBinary:
      return text_of_binary(value, conversion, evaluation);
    case BsonType::kTimestamp:
      return evaluation.string(fmt::format("Timestamp({}, {})", value.as_timestamp().seconds,
                                           value.as_timestamp().increment));
    case BsonType::kRegex:
      return evaluation.string(
          fmt::format("/{}/{}", value.as_regex().pattern, value.as_regex().options));
    case BsonType::kDbPointer:
      return evaluation.string(fmt::format(R"({{"$ref":"{}","$id":"{}"}})",
                                           value.db_pointer_namespace(),
                                           value.db_pointer_id().to_hex()));
    case BsonType::kMinKey:
      return evaluation.string("MinKey");
    case BsonType::kMaxKey:
      return evaluation.string("MaxKey");
    case BsonType::kDocument:
    case BsonType::kArray:
      return text_of_nested(value, evaluation);
    default:
      return unsupported_conversion(value, conversion);
  }
}

}  // namespace cairn::expr
