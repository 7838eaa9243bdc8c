#include "tests/index/key_model.h"

#include <bson/bson.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <span>

namespace cairn::key {
namespace {

using Kind = Token::Kind;

int sign(int value) { return (value > 0) - (value < 0); }

// From "d.ddde+xx", "ddd" or libbson's forms, all without a sign.
ExactNumber parse_finite(std::string_view text, int number_sign) {
  ExactNumber number{.sign = number_sign};
  const std::size_t e = text.find_first_of("eE");
  if (e != text.npos) number.exponent = std::atoi(std::string(text.substr(e + 1)).c_str());
  const std::string_view mantissa = text.substr(0, e);
  const std::size_t point = std::min(mantissa.find('.'), mantissa.size());
  number.exponent += static_cast<int>(point);
  number.digits = std::string(mantissa.substr(0, point));
  if (point < mantissa.size()) number.digits += mantissa.substr(point + 1);
  const std::size_t leading = std::min(number.digits.find_first_not_of('0'), number.digits.size());
  number.digits.erase(0, leading);
  number.exponent -= static_cast<int>(leading);
  while (!number.digits.empty() && number.digits.back() == '0') number.digits.pop_back();
  if (number.digits.empty()) return ExactNumber{};
  return number;
}

bool has_fields(Kind kind) {
  return kind == Kind::kObject || kind == Kind::kArray || kind == Kind::kCodeWithScope;
}

bool is_number(Kind kind) {
  return kind == Kind::kInt32 || kind == Kind::kInt64 || kind == Kind::kDouble ||
         kind == Kind::kDecimal;
}

int compare_bytes(std::string_view a, std::string_view b) { return sign(a.compare(b)); }

int compare_sized(const std::string& a, const std::string& b) {
  if (a.size() != b.size()) return a.size() < b.size() ? -1 : 1;
  return compare_bytes(a, b);
}

template <typename T>
int compare_values(T a, T b) {
  return (a > b) - (a < b);
}

int compare_fields(const Model& a, const Model& b) {
  const bool names = a.kind != Kind::kArray;
  for (std::size_t i = 0; i < a.fields.size() && i < b.fields.size(); ++i) {
    const auto& [a_name, a_value] = a.fields[i];
    const auto& [b_name, b_value] = b.fields[i];
    if (int c = compare_values(rank_of(a_value), rank_of(b_value)); c != 0) return c;
    if (int c = names ? compare_bytes(a_name, b_name) : 0; c != 0) return c;
    if (int c = compare(a_value, b_value); c != 0) return c;
  }
  return compare_values(a.fields.size(), b.fields.size());
}

std::span<const std::uint8_t> bytes_of(const std::string& text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

std::span<const std::uint8_t, 12> id_of(const std::string& text) {
  return bytes_of(text).first<12>();
}

void encode_fields(const Model& model, Encoder& encoder) {
  for (const auto& [name, value] : model.fields) {
    if (model.kind != Kind::kArray) encoder.field(rank_of(value), name);
    encode(value, encoder);
  }
}

void encode_nested(const Model& model, Encoder& encoder) {
  switch (model.kind) {
    case Kind::kObject:
      encoder.begin_object();
      encode_fields(model, encoder);
      return encoder.end_object();
    case Kind::kArray:
      encoder.begin_array();
      encode_fields(model, encoder);
      return encoder.end_array();
    default:
      encoder.begin_code_with_scope(model.text);
      encode_fields(model, encoder);
      return encoder.end_code_with_scope();
  }
}

bool decode_value(Decoder& decoder, Model& model, std::string* name) {
  const auto token = decoder.next();
  if (!token) return false;
  model.kind = token->kind;
  model.integer = token->integer;
  model.real = token->real;
  model.decimal = token->decimal;
  model.subtype = token->subtype;
  model.text = token->text;
  model.more = token->more;
  if (name != nullptr) *name = token->name;
  if (!has_fields(model.kind)) return true;
  while (true) {
    ModelField field;
    if (!decode_value(decoder, field.value, &field.name)) return false;
    if (field.value.kind == Kind::kClose) return true;
    model.fields.push_back(std::move(field));
  }
}

}  // namespace

ExactNumber ExactNumber::of_int(std::int64_t value) {
  std::string text = std::to_string(value);
  if (value < 0) text.erase(0, 1);
  return parse_finite(text, value < 0 ? -1 : 1);
}

ExactNumber ExactNumber::of_double(double value) {
  if (std::isnan(value)) return {.kind = Class::kNan};
  if (std::isinf(value)) return {.kind = value < 0 ? Class::kNegativeInfinity : Class::kInfinity};
  char text[1200];  // no double has more than 767 digits
  std::snprintf(text, sizeof text, "%.800e", std::fabs(value));
  return parse_finite(text, value < 0 ? -1 : 1);
}

ExactNumber ExactNumber::of_decimal(DecimalBits value) {
  bson_decimal128_t bson{.low = value.low, .high = value.high};
  char text[BSON_DECIMAL128_STRING];
  bson_decimal128_to_string(&bson, text);
  std::string_view view = text;
  const bool negative = view.starts_with('-');
  if (negative) view.remove_prefix(1);
  if (view == "NaN") return {.kind = Class::kNan};
  if (view == "Infinity") return {.kind = negative ? Class::kNegativeInfinity : Class::kInfinity};
  // libbson prints a coefficient past 34 digits; IEEE 754-2008 and MongoDB read it as zero.
  constexpr std::uint64_t kMaxHigh = 0x1ED09BEAD87C0;
  constexpr std::uint64_t kMaxLow = 0x378D8E63FFFFFFFF;
  const std::uint64_t high = value.high & 0x1FFFFFFFFFFFF;
  if (high > kMaxHigh || (high == kMaxHigh && value.low > kMaxLow)) return {};
  return parse_finite(view, negative ? -1 : 1);
}

int compare(const ExactNumber& a, const ExactNumber& b) {
  if (a.kind != b.kind) return compare_values(a.kind, b.kind);
  if (a.kind != ExactNumber::Class::kFinite || a.sign != b.sign)
    return compare_values(a.sign, b.sign);
  int magnitude = compare_values(a.exponent, b.exponent);
  if (magnitude == 0) magnitude = compare_bytes(a.digits, b.digits);
  return magnitude * a.sign;
}

Model Model::int32(std::int32_t value) {
  return {.kind = Kind::kInt32, .integer = value, .number = ExactNumber::of_int(value)};
}
Model Model::int64(std::int64_t value) {
  return {.kind = Kind::kInt64, .integer = value, .number = ExactNumber::of_int(value)};
}
Model Model::real_number(double value) {
  return {.kind = Kind::kDouble, .real = value, .number = ExactNumber::of_double(value)};
}
Model Model::decimal_bits(DecimalBits value) {
  return {.kind = Kind::kDecimal, .decimal = value, .number = ExactNumber::of_decimal(value)};
}
Model Model::decimal_text(const std::string& text) {
  bson_decimal128_t bson;
  const bool ok = bson_decimal128_from_string(text.c_str(), &bson);
  EXPECT_TRUE(ok) << "not a decimal128: " << text;
  return decimal_bits({.low = bson.low, .high = bson.high});
}
Model Model::with_text(Kind kind, std::string text, std::string more) {
  return {.kind = kind, .text = std::move(text), .more = std::move(more)};
}

Rank rank_of(const Model& model) {
  switch (model.kind) {
    case Kind::kMinKey:
      return Rank::kMinKey;
    case Kind::kUndefined:
      return Rank::kUndefined;
    case Kind::kNull:
      return Rank::kNull;
    case Kind::kInt32:
    case Kind::kInt64:
    case Kind::kDouble:
    case Kind::kDecimal:
      return Rank::kNumber;
    case Kind::kString:
    case Kind::kSymbol:
      return Rank::kString;
    case Kind::kObject:
      return Rank::kObject;
    case Kind::kArray:
      return Rank::kArray;
    case Kind::kBinary:
      return Rank::kBinary;
    case Kind::kObjectId:
      return Rank::kObjectId;
    case Kind::kBoolean:
      return Rank::kBoolean;
    case Kind::kDate:
      return Rank::kDate;
    case Kind::kTimestamp:
      return Rank::kTimestamp;
    case Kind::kRegex:
      return Rank::kRegex;
    case Kind::kDbPointer:
      return Rank::kDbPointer;
    case Kind::kCode:
      return Rank::kCode;
    case Kind::kCodeWithScope:
      return Rank::kCodeWithScope;
    case Kind::kMaxKey:
    case Kind::kClose:
      break;
  }
  return Rank::kMaxKey;
}

int compare(const Model& a, const Model& b) {
  if (rank_of(a) != rank_of(b)) return compare_values(rank_of(a), rank_of(b));
  int c = 0;
  switch (rank_of(a)) {
    case Rank::kNumber:
      return compare(a.number, b.number);
    case Rank::kBoolean:
    case Rank::kDate:
      return compare_values(a.integer, b.integer);
    case Rank::kTimestamp:
      return compare_values(static_cast<std::uint64_t>(a.integer),
                            static_cast<std::uint64_t>(b.integer));
    case Rank::kBinary:
      if (c = compare_values(a.text.size(), b.text.size()); c != 0) return c;
      if (c = compare_values(a.subtype, b.subtype); c != 0) return c;
      return compare_bytes(a.text, b.text);
    case Rank::kDbPointer:
      c = compare_sized(a.text, b.text);
      return c != 0 ? c : compare_bytes(a.more, b.more);
    default:
      if (c = compare_bytes(a.text, b.text); c != 0) return c;
      if (c = compare_bytes(a.more, b.more); c != 0) return c;
      return compare_fields(a, b);
  }
}

int compare(const Key& a, const Key& b) {
  for (std::size_t i = 0; i < a.size() && i < b.size(); ++i) {
    const int c = compare(a[i].second, b[i].second);
    if (c != 0) return a[i].first == Direction::kDescending ? -c : c;
  }
  return compare_values(a.size(), b.size());
}

bool identical(const Model& a, const Model& b) {
  return a.kind == b.kind && a.integer == b.integer && a.decimal == b.decimal &&
         a.subtype == b.subtype &&
         std::bit_cast<std::uint64_t>(a.real) == std::bit_cast<std::uint64_t>(b.real) &&
         a.text == b.text && a.more == b.more &&
         std::ranges::equal(a.fields, b.fields, [](const auto& x, const auto& y) {
           return x.name == y.name && identical(x.value, y.value);
         });
}

void encode(const Model& model, Encoder& encoder) {
  switch (model.kind) {
    case Kind::kMinKey:
      return encoder.min_key();
    case Kind::kUndefined:
      return encoder.undefined();
    case Kind::kNull:
      return encoder.null();
    case Kind::kInt32:
      return encoder.int32(static_cast<std::int32_t>(model.integer));
    case Kind::kInt64:
      return encoder.int64(model.integer);
    case Kind::kDouble:
      return encoder.number(model.real);
    case Kind::kDecimal:
      return encoder.decimal128(model.decimal);
    case Kind::kString:
      return encoder.string(model.text);
    case Kind::kSymbol:
      return encoder.symbol(model.text);
    case Kind::kBinary:
      return encoder.binary(model.subtype, bytes_of(model.text));
    case Kind::kObjectId:
      return encoder.object_id(id_of(model.text));
    case Kind::kBoolean:
      return encoder.boolean(model.integer != 0);
    case Kind::kDate:
      return encoder.date(model.integer);
    case Kind::kTimestamp:
      return encoder.timestamp(static_cast<std::uint64_t>(model.integer));
    case Kind::kRegex:
      return encoder.regex(model.text, model.more);
    case Kind::kDbPointer:
      return encoder.db_pointer(model.text, id_of(model.more));
    case Kind::kCode:
      return encoder.code(model.text);
    case Kind::kMaxKey:
      return encoder.max_key();
    case Kind::kClose:
      return;
    default:
      return encode_nested(model, encoder);
  }
}

Encoded encode(const Key& key, Terminator terminator) {
  Encoded encoded;
  Encoder encoder(encoded.key, encoded.type_bits);
  for (const auto& [direction, model] : key) {
    encoder.begin(direction);
    encode(model, encoder);
  }
  encoder.finish(terminator);
  return encoded;
}

Encoded encode(const Model& model) { return encode(Key{{Direction::kAscending, model}}); }

bool decode(std::string_view key, std::string_view type_bits,
            const std::vector<Direction>& directions, std::vector<Model>& models) {
  Decoder decoder(key, type_bits);
  for (const Direction direction : directions) {
    decoder.begin(direction);
    if (!decode_value(decoder, models.emplace_back(), nullptr)) return false;
  }
  return decoder.finish() && decoder.rest().empty();
}

std::string describe(const Model& model) {
  std::string text =
      "kind " + std::to_string(static_cast<int>(model.kind)) + " text '" + model.text + "' ";
  char buffer[64];
  std::snprintf(buffer, sizeof buffer, "%lld %a", static_cast<long long>(model.integer),
                model.real);
  text += buffer;
  if (is_number(model.kind)) {
    text += " = " + std::to_string(model.number.sign) + " * 0." + model.number.digits + "E" +
            std::to_string(model.number.exponent);
  }
  for (const auto& [name, value] : model.fields) text += "\n  " + name + ": " + describe(value);
  return text;
}

std::string to_hex(std::string_view bytes) {
  std::string hex;
  for (const unsigned char byte : bytes) {
    hex += "0123456789abcdef"[byte >> 4];
    hex += "0123456789abcdef"[byte & 15];
  }
  return hex;
}

std::string from_hex(std::string_view hex) {
  std::string bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
    bytes += static_cast<char>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16));
  }
  return bytes;
}

}  // namespace cairn::key
