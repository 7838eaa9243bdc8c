#include "index/key/number.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace cairn::key {
namespace {

using layout::Tag;

constexpr double kTwoTo63 = 9223372036854775808.0;
constexpr std::uint64_t kCanonicalNan = 0x7FF8000000000000;

void set_tag(NumberKey& key, Tag tag) {
  key.tag[0] = static_cast<std::uint8_t>(tag);
  key.tag_size = 1;
}

template <typename T>
void add_to_tag(NumberKey& key, const T& payload) {
  __builtin_memcpy(key.tag.data() + key.tag_size, &payload, sizeof payload);
  key.tag_size = static_cast<std::uint8_t>(key.tag_size + sizeof payload);
}

// Writes the low `count` bytes of value, most significant first.
void put_big_endian(NumberKey& key, std::uint64_t value, int count) {
  number_detail::store_big_endian(key.bytes.data() + key.size, value << (64 - 8 * count));
  key.size = static_cast<std::uint8_t>(key.size + count);
}

void complement_payload(NumberKey& key) {
  for (int i = 1; i < key.size; ++i) key.bytes[i] = static_cast<std::uint8_t>(~key.bytes[i]);
}

void start(NumberKey& key, bool negative, std::uint8_t if_negative, std::uint8_t if_positive) {
  key.bytes[0] = negative ? if_negative : if_positive;
  key.size = 1;
}

void put_integer(NumberKey& key, std::uint64_t magnitude, bool negative) {
  key.size = static_cast<std::uint8_t>(write_integer(key.bytes.data(), magnitude, negative));
}

// Integer part >= 1 with the flag "a fraction follows". Returns the bits of fraction that the next
// bytes hold.
int put_integer_part(NumberKey& key, std::uint64_t integer_part, bool negative) {
  const std::uint64_t flagged = (integer_part << 1) | 1;
  const int bytes = (std::bit_width(flagged) + 7) / 8;
  start(key, negative, static_cast<std::uint8_t>(layout::kNegativeInteger - bytes),
        static_cast<std::uint8_t>(layout::kPositiveInteger + bytes));
  put_big_endian(key, flagged, bytes);
  return fraction_bits(bytes);
}

void put_fraction(NumberKey& key, std::uint64_t fraction, int bits, bool exact) {
  put_big_endian(key, (fraction << 1) | (exact ? 0 : 1), (bits + 1) / 8);
}

// The pattern of |x| < 1 or |x| >= 2^63, truncated toward zero.
void put_pattern(NumberKey& key, double magnitude, bool negative, bool exact) {
  std::uint64_t pattern = std::bit_cast<std::uint64_t>(magnitude);
  if (magnitude < 1) {
    start(key, negative, layout::kNegativeSmall, layout::kPositiveSmall);
  } else {
    start(key, negative, layout::kNegativeHuge, layout::kPositiveHuge);
    pattern -= layout::kTwoTo63;
  }
  put_big_endian(key, (pattern << 1) | (exact ? 0 : 1), 8);
}

// `digits` decimal digits of value, in pairs from the most significant (1 + pair), then a zero.
void put_digits(NumberKey& key, Uint128 value, int digits) {
  if (digits % 2 != 0) {
    value *= 10;
    ++digits;
  }
  const int pairs = digits / 2;
  for (int i = pairs - 1; i >= 0; --i, value /= 100) {
    key.bytes[key.size + i] = static_cast<std::uint8_t>(1 + static_cast<int>(value % 100));
  }
  key.size = static_cast<std::uint8_t>(key.size + pairs);
  key.bytes[key.size++] = layout::kClose;
}

// A decimal in lowest terms, with how many trailing zeros its encoding had over the fewest
// possible.
struct Stripped {
  Uint128 coefficient;
  int exponent;
  int zeros;
};

Stripped strip_zeros(Uint128 coefficient, int exponent) {
  int zeros = 0;
  while ((coefficient >> 64) != 0 && coefficient % 10 == 0) {
    coefficient /= 10;
    ++zeros;
  }
  if ((coefficient >> 64) == 0) {
    auto narrow = static_cast<std::uint64_t>(coefficient);
    for (; narrow % 10 == 0; narrow /= 10) ++zeros;
    coefficient = narrow;
  }
  const int stripped_exponent = exponent + zeros;
  const int needed = std::max(0, stripped_exponent - kMaxDecimalExponent);
  return {coefficient, stripped_exponent, zeros - needed};
}

void tag_decimal(NumberKey& key, int zeros, bool is_default) {
  if (zeros == 0 && is_default) return;
  if (zeros <= 2) {
    set_tag(key, static_cast<Tag>(static_cast<int>(Tag::kDecimal) + zeros));
    return;
  }
  set_tag(key, Tag::kDecimalZeros);
  add_to_tag(key, static_cast<std::uint8_t>(zeros));
}

void tag_raw_decimal(NumberKey& key, DecimalBits bits) {
  set_tag(key, Tag::kDecimalRaw);
  add_to_tag(key, bits.low);
  add_to_tag(key, bits.high);
}

NumberKey encode_special_decimal(const Decimal& decimal, DecimalBits bits) {
  NumberKey key;
  if (decimal.kind == Decimal::Kind::kNan) {
    start(key, false, layout::kNan, layout::kNan);
  } else if (decimal.kind == Decimal::Kind::kInfinity) {
    put_pattern(key, std::numeric_limits<double>::infinity(), decimal.negative, true);
    if (decimal.negative) complement_payload(key);
  } else {
    start(key, false, layout::kZero, layout::kZero);
  }
  const bool negative_nan = decimal.kind == Decimal::Kind::kNan && decimal.negative;
  if (negative_nan || join(decimal) != bits) {
    tag_raw_decimal(key, bits);
  } else if (decimal.kind == Decimal::Kind::kFinite) {
    set_tag(key, Tag::kDecimalZero);
    const auto exponent = static_cast<std::uint16_t>(decimal.exponent - kMinDecimalExponent);
    add_to_tag(key, __builtin_bswap16(
                        static_cast<std::uint16_t>(exponent | (decimal.negative ? 0x8000 : 0))));
  } else {
    set_tag(key, Tag::kDecimal);
  }
  return key;
}

// Below 1 or at least 2^63.
NumberKey encode_outer_decimal(const Stripped& decimal, bool negative) {
  NumberKey key;
  const TruncatedDouble truncated = truncate_to_double(decimal.coefficient, decimal.exponent);
  put_pattern(key, truncated.value, negative, truncated.exact);
  if (!truncated.exact) {
    const int digits = digit_count(decimal.coefficient);
    put_big_endian(
        key, static_cast<std::uint64_t>(digits + decimal.exponent + layout::kExponentBias), 2);
    put_digits(key, decimal.coefficient, digits);
  }
  if (negative) complement_payload(key);
  tag_decimal(key, decimal.zeros, !truncated.exact);
  return key;
}

// floor(numerator * 2^bits / denominator) of a fraction below 1; leaves the remainder in
// `numerator`.
std::uint64_t binary_fraction(Uint128& numerator, Uint128 denominator, int bits) {
  const int room = 128 - bit_count(denominator);
  std::uint64_t fraction = 0;
  while (bits > 0) {
    const int step = std::min(bits, room);
    numerator <<= step;
    fraction = (fraction << step) | static_cast<std::uint64_t>(numerator / denominator);
    numerator %= denominator;
    bits -= step;
  }
  return fraction;
}

// True if integer_part + fraction / 2^bits has at most the 53 bits of a double.
bool fits_double(std::uint64_t integer_part, std::uint64_t fraction, int bits) {
  const Uint128 all = (Uint128{integer_part} << bits) | fraction;
  return bit_count(all) - trailing_zero_bits(all) <= 53;
}

NumberKey encode_mixed_decimal(const Stripped& decimal, std::uint64_t integer_part, Uint128 rest,
                               bool negative) {
  NumberKey key;
  const int digits = -decimal.exponent;
  const int bits = put_integer_part(key, integer_part, negative);
  Uint128 remainder = rest;
  const std::uint64_t fraction = binary_fraction(remainder, kPowersOfTen[digits], bits);
  const bool exact = remainder == 0;
  put_fraction(key, fraction, bits, exact);
  if (!exact) put_digits(key, rest, digits);
  if (negative) complement_payload(key);
  tag_decimal(key, decimal.zeros, !exact || !fits_double(integer_part, fraction, bits));
  return key;
}

}  // namespace

NumberKey encode_int64(std::int64_t value) {
  NumberKey key;
  if (value == std::numeric_limits<std::int64_t>::min()) {
    put_pattern(key, kTwoTo63, true, true);
    complement_payload(key);
    set_tag(key, Tag::kInt64);
    return key;
  }
  put_integer(key, static_cast<std::uint64_t>(value < 0 ? -value : value), value < 0);
  if (value == static_cast<std::int32_t>(value)) set_tag(key, Tag::kInt64);
  return key;
}

NumberKey encode_double(double value) {
  NumberKey key;
  if (std::isnan(value)) {
    start(key, false, layout::kNan, layout::kNan);
    const auto pattern = std::bit_cast<std::uint64_t>(value);
    if (pattern != kCanonicalNan) {
      set_tag(key, Tag::kDoubleRaw);
      add_to_tag(key, pattern);
    }
    return key;
  }
  const bool negative = std::signbit(value);
  const double magnitude = std::fabs(value);
  if (magnitude == 0) {
    start(key, false, layout::kZero, layout::kZero);
    set_tag(key, negative ? Tag::kNegativeZero : Tag::kDouble);
    return key;
  }
  if (magnitude < 1 || magnitude >= kTwoTo63) {
    put_pattern(key, magnitude, negative, true);
    if (negative) complement_payload(key);
    return key;
  }
  const auto integer_part = static_cast<std::uint64_t>(magnitude);
  const double fraction = magnitude - static_cast<double>(integer_part);
  if (fraction == 0) {
    put_integer(key, integer_part, negative);
    set_tag(key, Tag::kDouble);
    return key;
  }
  const int bits = put_integer_part(key, integer_part, negative);
  const double scale = static_cast<double>(std::uint64_t{1} << bits);
  put_fraction(key, static_cast<std::uint64_t>(fraction * scale), bits, true);
  if (negative) complement_payload(key);
  return key;
}

NumberKey encode_decimal(DecimalBits bits) {
  const Decimal decimal = split(bits);
  if (decimal.kind != Decimal::Kind::kFinite || decimal.coefficient == 0) {
    return encode_special_decimal(decimal, bits);
  }
  const Stripped stripped = strip_zeros(decimal.coefficient, decimal.exponent);
  const int magnitude =
      digit_count(stripped.coefficient) + stripped.exponent;  // value < 10^magnitude
  constexpr int kDigitsOfTwoTo63 = 19;
  if (magnitude <= 0 || magnitude > kDigitsOfTwoTo63) {
    return encode_outer_decimal(stripped, decimal.negative);
  }
  Uint128 integer_part = stripped.coefficient;
  Uint128 rest = 0;
  if (stripped.exponent >= 0) {
    integer_part *= kPowersOfTen[stripped.exponent];
  } else {
    rest = integer_part % kPowersOfTen[-stripped.exponent];
    integer_part /= kPowersOfTen[-stripped.exponent];
  }
  if ((integer_part >> 63) != 0) return encode_outer_decimal(stripped, decimal.negative);
  const auto narrow = static_cast<std::uint64_t>(integer_part);
  if (rest != 0) return encode_mixed_decimal(stripped, narrow, rest, decimal.negative);
  NumberKey key;
  put_integer(key, narrow, decimal.negative);
  tag_decimal(key, stripped.zeros, false);
  return key;
}

NumberKey encode(const Number& number) {
  switch (number.type) {
    case Number::Type::kInt32: {
      NumberKey key;
      const std::int64_t value = number.integer;
      put_integer(key, static_cast<std::uint64_t>(value < 0 ? -value : value), value < 0);
      return key;
    }
    case Number::Type::kInt64:
      return encode_int64(number.integer);
    case Number::Type::kDouble:
      return encode_double(number.real);
    case Number::Type::kDecimal:
      return encode_decimal(number.decimal);
  }
  __builtin_unreachable();
}

}  // namespace cairn::key
