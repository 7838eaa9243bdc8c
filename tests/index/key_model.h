// A plain model of the values that keys are made of, with an order of its own to hold the encoding
// against.
//
// Numbers are compared as exact decimal expansions: of doubles by the C library's printf, of
// decimals by libbson's conversion to text. Nothing here shares code with index/key but the calls
// under test.
#pragma once

#include "index/key/decoder.h"
#include "index/key/encoder.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cairn::key {

// A number's value: class, sign and, of finite ones, 0.D1D2D3... * 10^exponent with D1 and the last
// digit not 0.
struct ExactNumber {
  enum class Class : std::uint8_t { kNan, kNegativeInfinity, kFinite, kInfinity };
  Class kind = Class::kFinite;
  int sign = 0;
  int exponent = 0;
  std::string digits;

  static ExactNumber of_int(std::int64_t value);
  static ExactNumber of_double(double value);
  static ExactNumber of_decimal(DecimalBits value);
};
int compare(const ExactNumber& a, const ExactNumber& b);

struct ModelField;

struct Model {
  Token::Kind kind = Token::Kind::kNull;  // kClose: none
  std::int64_t integer = 0;
  double real = 0;
  DecimalBits decimal;
  std::uint8_t subtype = 0;
  std::string text;
  std::string more;
  std::vector<ModelField> fields;  // of objects and scopes; of arrays with empty names
  ExactNumber number;              // of numbers; filled by the makers

  static Model int32(std::int32_t value);
  static Model int64(std::int64_t value);
  static Model real_number(double value);
  static Model decimal_bits(DecimalBits value);
  static Model decimal_text(
      const std::string& text);  // fails the test if it is not exactly representable
  static Model with_text(Token::Kind kind, std::string text, std::string more = "");
};

struct ModelField {
  std::string name;
  Model value;
};

using Key = std::vector<std::pair<Direction, Model>>;

Rank rank_of(const Model& model);
// -1, 0, 1 by MongoDB's order.
int compare(const Model& a, const Model& b);
int compare(const Key& a, const Key& b);
// The same type and the same bits throughout.
bool identical(const Model& a, const Model& b);

void encode(const Model& model, Encoder& encoder);
struct Encoded {
  std::string key;
  std::string type_bits;
};
Encoded encode(const Key& key, Terminator terminator = Terminator::kEnd);
Encoded encode(const Model& model);

// Decodes a whole key with these directions; false where the decoder refuses.
bool decode(std::string_view key, std::string_view type_bits,
            const std::vector<Direction>& directions, std::vector<Model>& models);

// The scripts of golden_keys.txt.
Key parse_script(std::string_view script);
std::string describe(const Model& model);

std::string to_hex(std::string_view bytes);
std::string from_hex(std::string_view hex);

}  // namespace cairn::key
