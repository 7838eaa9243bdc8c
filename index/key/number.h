// One number of any type to bytes and back. Bytes depend on the value alone; the type goes into a
// tag.
//
//   NaN, zero   | type |
//   integer     | type | n bytes: integer part * 2                                          |   |x|
//   < 2^63 fraction    | type | n bytes: integer part * 2 + 1 | fraction bytes |   1 <= |x| < 2^63
//   small, huge | type | 8 bytes: double pattern * 2                                        |   |x|
//   < 1, |x| >= 2^63
//
// The lowest bit of fraction bytes and double patterns says that the value lies past what they hold
// (they are truncated toward zero) and that its decimal digits follow, as a tie-break. Negative:
// every byte after the type complemented. FORMAT.md has the whole story.
#pragma once

#include "index/key/decimal.h"
#include "index/key/layout.h"

#include <array>
#include <bit>
#include <cstdint>
#include <optional>
#include <span>

namespace cairn::key {

// A number of at most 8 bytes after the type, in two registers: every integer and double.
struct ShortNumber {
  std::uint64_t payload;  // its first `size` bytes, most significant first
  std::uint8_t type;
  std::uint8_t size;
  layout::Tag
      tag;  // kSkip: the type that a decoder assumes. kDoubleRaw: the double's bits belong to it
};

// What is appended for any number.
struct NumberKey {
  std::array<std::uint8_t, 32> bytes;
  std::uint8_t size;
  std::uint8_t tag_size = 0;  // 0 if the type is the one that a decoder assumes
  std::array<std::uint8_t, 17> tag;

  std::span<const std::uint8_t> key_bytes() const { return {bytes.data(), size}; }
  std::span<const std::uint8_t> tag_bytes() const { return {tag.data(), tag_size}; }
};

namespace number_detail {
// Every host that Cairn supports is little-endian.
inline void store_big_endian(std::uint8_t* to, std::uint64_t value) {
  value = __builtin_bswap64(value);
  __builtin_memcpy(to, &value, sizeof value);
}
inline int byte_count(std::uint64_t value) { return (std::bit_width(value) + 7) / 8; }
inline std::uint8_t integer_type(int bytes, bool negative) {
  return static_cast<std::uint8_t>(negative ? layout::kNegativeInteger - bytes
                                            : layout::kPositiveInteger + bytes);
}
inline std::uint64_t complement_if(bool negative, std::uint64_t payload) {
  return negative ? ~payload : payload;
}
}  // namespace number_detail

// Bits of the binary fraction that follow an integer part of so many bytes: what fills 8 bytes,
// less the marker bit; of 8 bytes, one byte more. Enough for every fraction of a double.
inline int fraction_bits(int integer_bytes) {
  return integer_bytes < 8 ? 63 - 8 * integer_bytes : 7;
}

// REQUIRES: magnitude < 2^63.
inline ShortNumber short_integer(std::uint64_t magnitude, bool negative, layout::Tag tag) {
  if (magnitude == 0) return {0, layout::kZero, 0, tag};
  const std::uint64_t twice = magnitude << 1;
  const int bytes = number_detail::byte_count(twice);
  return {number_detail::complement_if(negative, twice << (64 - 8 * bytes)),
          number_detail::integer_type(bytes, negative), static_cast<std::uint8_t>(bytes), tag};
}

inline ShortNumber short_int32(std::int32_t value) {
  const std::int64_t wide = value;
  return short_integer(static_cast<std::uint64_t>(wide < 0 ? -wide : wide), wide < 0,
                       layout::Tag::kSkip);
}

inline ShortNumber short_int64(std::int64_t value) {
  if (value == INT64_MIN) return {~std::uint64_t{0}, layout::kNegativeHuge, 8, layout::Tag::kInt64};
  const bool narrow = value == static_cast<std::int32_t>(value);
  return short_integer(static_cast<std::uint64_t>(value < 0 ? -value : value), value < 0,
                       narrow ? layout::Tag::kInt64 : layout::Tag::kSkip);
}

ShortNumber short_double(double value);

NumberKey encode_decimal(DecimalBits value);

// A number read back.
struct Number {
  enum class Type : std::uint8_t { kInt32, kInt64, kDouble, kDecimal };
  Type type;
  std::int64_t integer = 0;  // kInt32, kInt64
  double real = 0;           // kDouble
  DecimalBits decimal;       // kDecimal
};

// The value that number bytes stand for, before its type is known. `real` and the rest by shape.
struct RealValue {
  enum class Shape : std::uint8_t {
    kNan,
    kInfinity,
    kZero,
    kInteger,  // significand < 2^63
    kBinary,   // significand * 2^exponent, a fraction or at least 2^63; significand odd
    kDecimal,  // significand * 10^exponent, not a multiple of ten, no binary fraction
  };
  Shape shape = Shape::kZero;
  bool negative = false;
  Uint128 significand = 0;
  int exponent = 0;
};

// Reads the bytes after `type`; `mask` (0 or 0xFF) is applied to every byte. Advances `at`, never
// past `end`. nullopt: not the bytes of any number. Bytes that are no encoding of a number may
// pass; `decode_number` finds them.
std::optional<RealValue> read_real(std::uint8_t type, const std::uint8_t*& at,
                                   const std::uint8_t* end, std::uint8_t mask);

// Gives `real` the type of `tag_bytes` (empty: the one assumed). nullopt: that type cannot hold it.
std::optional<Number> with_type(const RealValue& real, std::span<const std::uint8_t> tag_bytes);

NumberKey encode(const Number& number);

}  // namespace cairn::key
