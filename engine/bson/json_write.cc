// Extended JSON v2, canonical and relaxed. Source: the MongoDB specification "extended-json",
// version 2.
#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include <cairn/bson.h>

#include "engine/bson/base64.h"
#include "engine/bson/date.h"
#include "engine/bson/hex.h"
#include "engine/bson/utf8.h"

namespace cairn {
namespace {

class Writer {
 public:
  // `expected_bytes`: about how much there is to write.
  Writer(JsonMode mode, std::size_t expected_bytes) : canonical_(mode == JsonMode::kCanonical) {
    out_.reserve(expected_bytes);
  }

  void document(DocumentView document);
  void array(DocumentView array);
  void value(ValueView value);
  std::string take() { return std::move(out_); }

 private:
  void text(std::string_view text);
  void number_as_text(std::string_view key, std::string_view number);
  void wrapped_text(std::string_view key, std::string_view content);
  void integer(std::string_view key, std::int64_t value);
  void number(double value);
  void date(Date date);
  void binary(BinaryView binary);
  void regex(RegexView regex);
  void code_with_scope(ValueView value);
  void db_pointer(ValueView value);
  void timestamp(Timestamp timestamp);

  std::string out_;
  bool canonical_;
};

void append_escaped(char c, std::string& out) {
  constexpr std::string_view kShort = "\b\f\n\r\t\"\\";
  constexpr std::string_view kLetters = "bfnrt\"\\";
  if (const auto at = kShort.find(c); at != kShort.npos) {
    out.push_back('\\');
    out.push_back(kLetters[at]);
    return;
  }
  const auto byte = static_cast<std::uint8_t>(c);
  out.append("\\u00").append(encode_hex({&byte, 1}));
}

bool needs_escape(char c) { return static_cast<unsigned char>(c) < 0x20 || c == '"' || c == '\\'; }

// Whether some byte of the word may need one; bytes that are not ASCII may be named by mistake.
bool may_need_escape(std::uint64_t word) {
  constexpr std::uint64_t kEach = 0x0101010101010101ULL;
  const std::uint64_t control = (word - kEach * 0x20) & kEach * 0x80;
  return (control | bson_detail::zero_bytes(word ^ kEach * '"') |
          bson_detail::zero_bytes(word ^ kEach * '\\')) != 0;
}

// How many characters at the front need no escape.
std::size_t plain_length(std::string_view text) {
  std::size_t at = 0;
  while (at < text.size()) {
    if (text.size() - at >= 8) {
      const auto* bytes = reinterpret_cast<const std::uint8_t*>(text.data() + at);
      if (!may_need_escape(bson_detail::load<std::uint64_t>(bytes))) {
        at += 8;
        continue;
      }
    }
    const std::size_t stop = std::min(text.size(), at + 8);
    for (; at < stop; ++at) {
      if (needs_escape(text[at])) return at;
    }
  }
  return at;
}

void Writer::text(std::string_view text) {
  out_.push_back('"');
  while (!text.empty()) {
    const std::size_t plain = plain_length(text);
    out_.append(text.substr(0, plain));
    if (plain == text.size()) break;
    append_escaped(text[plain], out_);
    text.remove_prefix(plain + 1);
  }
  out_.push_back('"');
}

// {"key":"number"}
void Writer::number_as_text(std::string_view key, std::string_view number) {
  out_.append("{\"").append(key).append("\":\"").append(number).append("\"}");
}

void Writer::wrapped_text(std::string_view key, std::string_view content) {
  out_.append("{\"").append(key).append("\":");
  text(content);
  out_.push_back('}');
}

void Writer::integer(std::string_view key, std::int64_t value) {
  if (canonical_) return number_as_text(key, std::to_string(value));
  out_.append(std::to_string(value));
}

// The fewest digits that read back as `value`; with an exponent from 10^16 on and below 10^-5.
std::string shortest(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value < 0 ? "-Infinity" : "Infinity";
  constexpr double kFirstScientific = 1e16;
  constexpr double kSmallestPlain = 1e-5;
  const double size = std::fabs(value);
  const bool plain = size == 0 || (size >= kSmallestPlain && size < kFirstScientific);
  std::array<char, 40> buffer;
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value,
                                 plain ? std::chars_format::fixed : std::chars_format::scientific);
  std::string text(buffer.data(), end.ptr);
  const std::size_t mantissa = std::min(text.find('e'), text.size());
  if (!plain) text[mantissa] = 'E';
  if (text.find('.') == text.npos) text.insert(mantissa, ".0");  // so that it reads as a double
  return text;
}

void Writer::number(double value) {
  const std::string text = shortest(value);
  if (canonical_ || !std::isfinite(value)) return number_as_text("$numberDouble", text);
  out_.append(text);
}

void Writer::date(Date date) {
  if (!canonical_ && is_written_as_iso8601(date)) {
    return number_as_text("$date", to_iso8601(date));
  }
  out_.append("{\"$date\":");
  number_as_text("$numberLong", std::to_string(date.milliseconds));
  out_.push_back('}');
}

void Writer::binary(BinaryView binary) {
  constexpr std::uint8_t kOldBinary = 2;  // its bytes repeat their length, which JSON leaves out
  auto bytes = binary.bytes;
  if (binary.subtype == kOldBinary && bytes.size() >= 4) bytes = bytes.subspan(4);
  out_.append("{\"$binary\":{\"base64\":\"");
  append_base64(bytes, out_);
  out_.append("\",\"subType\":\"").append(encode_hex({&binary.subtype, 1})).append("\"}}");
}

void Writer::regex(RegexView regex) {
  std::string options(regex.options);
  if (is_ascii(options)) std::sort(options.begin(), options.end());
  out_.append("{\"$regularExpression\":{\"pattern\":");
  text(regex.pattern);
  out_.append(",\"options\":");
  text(options);
  out_.append("}}");
}

void Writer::code_with_scope(ValueView value) {
  out_.append("{\"$code\":");
  text(value.code_with_scope_code());
  out_.append(",\"$scope\":");
  document(value.code_with_scope_scope());
  out_.push_back('}');
}

void Writer::db_pointer(ValueView value) {
  out_.append("{\"$dbPointer\":{\"$ref\":");
  text(value.db_pointer_namespace());
  out_.append(",\"$id\":");
  number_as_text("$oid", value.db_pointer_id().to_hex());
  out_.append("}}");
}

void Writer::timestamp(Timestamp timestamp) {
  out_.append("{\"$timestamp\":{\"t\":").append(std::to_string(timestamp.seconds));
  out_.append(",\"i\":").append(std::to_string(timestamp.increment)).append("}}");
}

void Writer::document(DocumentView document) {
  out_.push_back('{');
  bool first = true;
  for (const Element& element : document) {
    if (!first) out_.push_back(',');
    first = false;
    text(element.name);
    out_.push_back(':');
    value(element.value);
  }
  out_.push_back('}');
}

void Writer::array(DocumentView array) {
  out_.push_back('[');
  bool first = true;
  for (const Element& element : array) {
    if (!first) out_.push_back(',');
    first = false;
    value(element.value);
  }
  out_.push_back(']');
}

void Writer::value(ValueView value) {
  using enum BsonType;
  switch (value.type()) {
    case kDouble:
      return number(value.as_double());
    case kString:
      return text(value.as_string());
    case kDocument:
      return document(value.as_document());
    case kArray:
      return array(value.as_document());
    case kBinary:
      return binary(value.as_binary());
    case kEnd:
    case kUndefined:
      out_.append("{\"$undefined\":true}");
      return;
    case kObjectId:
      return number_as_text("$oid", value.as_object_id().to_hex());
    case kBool:
      out_.append(value.as_bool() ? "true" : "false");
      return;
    case kDate:
      return date(value.as_date());
    case kNull:
      out_.append("null");
      return;
    case kRegex:
      return regex(value.as_regex());
    case kDbPointer:
      return db_pointer(value);
    case kCode:
      return wrapped_text("$code", value.as_string());
    case kSymbol:
      return wrapped_text("$symbol", value.as_string());
    case kCodeWithScope:
      return code_with_scope(value);
    case kInt32:
      return integer("$numberInt", value.as_int32());
    case kTimestamp:
      return timestamp(value.as_timestamp());
    case kInt64:
      return integer("$numberLong", value.as_int64());
    case kDecimal128:
      return number_as_text("$numberDecimal", value.as_decimal128().to_string());
    case kMaxKey:
      out_.append("{\"$maxKey\":1}");
      return;
    case kMinKey:
      out_.append("{\"$minKey\":1}");
      return;
  }
}

}  // namespace

std::string to_json(DocumentView document, JsonMode mode) {
  Writer writer(mode, document.size() + document.size() / 2);
  writer.document(document);
  return writer.take();
}

std::string to_json(ValueView value, JsonMode mode) {
  Writer writer(mode, value.size());
  writer.value(value);
  return writer.take();
}

}  // namespace cairn
