// Reads keys back, value by value, with the types that the type bits restore.
//
//   Decoder decoder(key, type_bits);
//   for (Direction direction : directions) {
//     decoder.begin(direction);
//     std::optional<Token> token = decoder.next();   // further calls while decoder.nested()
//     if (!token) return corrupt(decoder.error());
//   }
//   if (!decoder.finish()) return corrupt(decoder.error());
//
// The bytes may be anything: what no Encoder writes is refused, nothing beyond them is read, and
// what is accepted encodes to the same bytes again. A caller makes a Status of `error()`, for it
// knows which entry of which index it was reading. Thread-safety: none; a decoder belongs to one
// caller.
#pragma once

#include "index/key/layout.h"
#include "index/key/number.h"
#include "index/key/type_bits.h"

#include <bitset>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace cairn::key {

// One value, or the start or end of a nested one.
struct Token {
  enum class Kind : std::uint8_t {
    kMinKey,
    kUndefined,
    kNull,
    kInt32,          // integer
    kInt64,          // integer
    kDouble,         // real
    kDecimal,        // decimal
    kString,         // text
    kSymbol,         // text
    kObject,         // fields follow, then kClose
    kArray,          // elements follow, then kClose
    kClose,          // ends the innermost object, array or scope
    kBinary,         // subtype, text: the bytes
    kObjectId,       // text: 12 bytes
    kBoolean,        // integer: 0 or 1
    kDate,           // integer
    kTimestamp,      // integer, to be read as unsigned
    kRegex,          // text: the pattern; more: the options
    kDbPointer,      // text: the namespace; more: 12 bytes of id
    kCode,           // text
    kCodeWithScope,  // text: the code; the scope's fields follow, then kClose
    kMaxKey,
  };
  Kind kind;
  std::uint8_t subtype = 0;
  std::int64_t integer = 0;
  double real = 0;
  DecimalBits decimal;
  // Point into the key or the decoder, until the next call of next().
  std::string_view name;  // of a field of an object; else empty
  std::string_view text;
  std::string_view more;
};

class Decoder {
 public:
  // `key`: components and terminator, with nothing before them. Bytes after the terminator are left
  // alone (`rest`). Both outlive the decoder.
  Decoder(std::string_view key, std::string_view type_bits)
      : at_(reinterpret_cast<const std::uint8_t*>(key.data())),
        end_(at_ + key.size()),
        types_(type_bits) {}
  Decoder(const Decoder&) = delete;
  Decoder& operator=(const Decoder&) = delete;

  // Before each component: its direction in the index.
  void begin(Direction direction) { mask_ = direction == Direction::kDescending ? 0xFF : 0; }

  // The next value or bracket of the component; nullopt: corrupt, and `error` says how.
  [[nodiscard]] std::optional<Token> next();
  // Passes over a whole component or, where nested(), over what is left of one. False: corrupt.
  [[nodiscard]] bool skip();
  // Inside an object, array or scope.
  bool nested() const { return depth_ > 0; }
  // No component is left: the terminator, or nothing, is next. REQUIRES: !nested().
  bool at_end() const { return at_ == end_ || *at_ == static_cast<std::uint8_t>(Terminator::kEnd); }
  // Takes the terminator and checks that every type bit has met its value. False: corrupt.
  [[nodiscard]] bool finish();
  // What follows what was read: after finish, a record id or nothing.
  std::string_view rest() const {
    return {reinterpret_cast<const char*>(at_), static_cast<std::size_t>(end_ - at_)};
  }
  // Static text.
  std::string_view error() const { return error_; }

 private:
  bool fail(std::string_view error) {
    error_ = error;
    return false;
  }
  bool has(std::size_t count) const { return static_cast<std::size_t>(end_ - at_) >= count; }
  std::uint8_t take() { return static_cast<std::uint8_t>(*at_++ ^ mask_); }

  bool read_prefix(Token& token, std::optional<Rank>& rank, bool& closed);
  bool read_value(std::uint8_t type, Token& token);
  bool read_number(std::uint8_t type, Token& token);
  bool is_canonical(const Number& number, std::uint8_t type, std::span<const std::uint8_t> payload,
                    std::span<const std::uint8_t> tag);
  bool read_text(Token& token, Token::Kind kind);
  bool read_binary(Token& token);
  bool read_regex(Token& token);
  bool read_db_pointer(Token& token);
  bool read_fixed(Token& token, Token::Kind kind);
  bool read_escaped(std::string_view& text, std::string& scratch);
  bool read_c_string(std::string_view& text, std::string& scratch);
  bool read_raw(std::size_t count, std::string_view& text, std::string& scratch);
  bool read_size(std::uint32_t& size);
  bool open(bool fields);

  const std::uint8_t* at_;
  const std::uint8_t* end_;
  std::uint8_t mask_ = 0;
  int depth_ = 0;
  std::bitset<kMaxKeyNesting> has_fields_;  // per level: object or scope, rather than array
  TypeBitsReader types_;
  std::string_view error_;
  // Owners of a token's views where the bytes of the key are complemented or escaped.
  std::string name_;
  std::string text_;
  std::string more_;
};

}  // namespace cairn::key
