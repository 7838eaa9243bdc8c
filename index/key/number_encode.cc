// Numbers to bytes: int64s and doubles directly, decimals by exact integer arithmetic.
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

// The pattern of |x| < 1 or |x| >= 2^63, truncated toward zero unless `exact`.
ShortNumber short_pattern(double magnitude, bool negative, bool exact) {
  std::uint64_t pattern = std::bit_cast<std::uint64_t>(magnitude);
  std::uint8_t type = negative ? layout::kNegativeSmall : layout::kPositiveSmall;
  if (magnitude >= 1) {
    type = negative ? layout::kNegativeHuge : layout::kPositiveHuge;
    pattern -= layout::kTwoTo63;
  }
  const std::uint64_t marked = (pattern << 1) | (exact ? 0 : 1);
  return {number_detail::complement_if(negative, marked), type, 8, Tag::kSkip};
}

// Writes the bytes of one decimal; a negative one's complemented, but for the type.
class Writer {
 public:
  Writer(NumberKey& key, bool negative) : key_(key), mask_(negative ? ~std::uint64_t{0} : 0) {}

  void type(std::uint8_t if_negative, std::uint8_t if_positive) {
    key_.bytes[0] = mask_ != 0 ? if_negative : if_positive;
    key_.size = 1;
  }

  // The low `count` bytes of value, most significant first; all above them are 0.
  void big_endian(std::uint64_t value, int count) {
    number_detail::store_big_endian(key_.bytes.data() + key_.size,
                                    (value << (64 - 8 * count)) ^ mask_);
    key_.size = static_cast<std::uint8_t>(key_.size + count);
  }

  // An integer part >= 1 and as many bits of fraction as `fraction_bits` says. Whether they are all
  // there is: `exact`.
  void mixed(std::uint64_t integer_part, std::uint64_t fraction, bool exact) {
    const std::uint64_t flagged = (integer_part << 1) | 1;
    const std::uint64_t marked = (fraction << 1) | (exact ? 0 : 1);
    const int bytes = number_detail::byte_count(flagged);
    type(number_detail::integer_type(bytes, true), number_detail::integer_type(bytes, false));
    if (bytes < 8) return big_endian(flagged << (64 - 8 * bytes) | marked, 8);
    big_endian(flagged, 8);
    big_endian(marked, 1);
  }

  void pattern(double magnitude, bool exact) {
    const ShortNumber number = short_pattern(magnitude, mask_ != 0, exact);
    key_.bytes[0] = number.type;
    number_detail::store_big_endian(key_.bytes.data() + 1, number.payload);
    key_.size = 9;
  }

  // `digits` decimal digits of value, in pairs from the most significant (1 + pair), then a zero.
  void digits(Uint128 value, int digits) {
    if (digits % 2 != 0) {
      value *= 10;
      ++digits;
    }
    const int pairs = digits / 2;
    std::uint8_t* const to = key_.bytes.data() + key_.size;
    for (int i = pairs - 1; i >= 0; --i, value /= 100) {
      to[i] = static_cast<std::uint8_t>((1 + static_cast<int>(value % 100)) ^ mask_);
    }
    to[pairs] = static_cast<std::uint8_t>(layout::kClose ^ mask_);
    key_.size = static_cast<std::uint8_t>(key_.size + pairs + 1);
  }

 private:
  NumberKey& key_;
  std::uint64_t mask_;
};

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
  Writer writer(key, decimal.negative);
  if (decimal.kind == Decimal::Kind::kNan) {
    writer.type(layout::kNan, layout::kNan);
  } else if (decimal.kind == Decimal::Kind::kInfinity) {
    writer.pattern(std::numeric_limits<double>::infinity(), true);
  } else {
    writer.type(layout::kZero, layout::kZero);
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
  Writer writer(key, negative);
  const TruncatedDouble truncated = truncate_to_double(decimal.coefficient, decimal.exponent);
  writer.pattern(truncated.value, truncated.exact);
  if (!truncated.exact) {
    const int digits = digit_count(decimal.coefficient);
    const int exponent = digits + decimal.exponent + layout::kExponentBias;
    writer.big_endian(static_cast<std::uint64_t>(exponent), 2);
    writer.digits(decimal.coefficient, digits);
  }
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

// Bits of fraction behind this integer part.
int fraction_bits_after(std::uint64_t integer_part) {
  return fraction_bits(number_detail::byte_count((integer_part << 1) | 1));
}

NumberKey encode_mixed_decimal(const Stripped& decimal, std::uint64_t integer_part, Uint128 rest,
                               bool negative) {
  NumberKey key;
  Writer writer(key, negative);
  const int digits = -decimal.exponent;
  const int bits = fraction_bits_after(integer_part);
  Uint128 remainder = rest;
  const std::uint64_t fraction = binary_fraction(remainder, kPowersOfTen[digits], bits);
  const bool exact = remainder == 0;
  writer.mixed(integer_part, fraction, exact);
  if (!exact) writer.digits(rest, digits);
  tag_decimal(key, decimal.zeros, !exact || !fits_double(integer_part, fraction, bits));
  return key;
}

NumberKey widen(const ShortNumber& number) {
  NumberKey key;
  key.bytes[0] = number.type;
  number_detail::store_big_endian(key.bytes.data() + 1, number.payload);
  key.size = static_cast<std::uint8_t>(1 + number.size);
  if (number.tag != Tag::kSkip) set_tag(key, number.tag);
  return key;
}

NumberKey encode_integral_decimal(const Stripped& decimal, std::uint64_t magnitude, bool negative) {
  NumberKey key = widen(short_integer(magnitude, negative, Tag::kSkip));
  tag_decimal(key, decimal.zeros, false);
  return key;
}

}  // namespace

ShortNumber short_double(double value) {
  const auto pattern = std::bit_cast<std::uint64_t>(value);
  if (std::isnan(value)) {
    return {0, layout::kNan, 0, pattern == kCanonicalNan ? Tag::kSkip : Tag::kDoubleRaw};
  }
  const bool negative = std::signbit(value);
  const double magnitude = std::fabs(value);
  if (magnitude < 1 || magnitude >= kTwoTo63) {
    if (magnitude != 0) return short_pattern(magnitude, negative, true);
    return {0, layout::kZero, 0, negative ? Tag::kNegativeZero : Tag::kDouble};
  }
  const auto integer_part = static_cast<std::int64_t>(magnitude);
  const double fraction = magnitude - static_cast<double>(integer_part);
  const auto unsigned_part = static_cast<std::uint64_t>(integer_part);
  if (fraction == 0) return short_integer(unsigned_part, negative, Tag::kDouble);
  const std::uint64_t flagged = (unsigned_part << 1) | 1;
  const int bytes = number_detail::byte_count(flagged);  // below 8: the fraction has bits too
  const auto scale = static_cast<double>(std::int64_t{1} << fraction_bits(bytes));
  const auto scaled = static_cast<std::uint64_t>(static_cast<std::int64_t>(fraction * scale));
  return {number_detail::complement_if(negative, flagged << (64 - 8 * bytes) | scaled << 1),
          number_detail::integer_type(bytes, negative), 8, Tag::kSkip};
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
  if (rest == 0) return encode_integral_decimal(stripped, narrow, decimal.negative);
  return encode_mixed_decimal(stripped, narrow, rest, decimal.negative);
}

NumberKey encode(const Number& number) {
  switch (number.type) {
    case Number::Type::kInt32:
      return widen(short_int32(static_cast<std::int32_t>(number.integer)));
    case Number::Type::kInt64:
      return widen(short_int64(number.integer));
    case Number::Type::kDouble: {
      const ShortNumber brief = short_double(number.real);
      NumberKey key = widen(brief);
      if (brief.tag == Tag::kDoubleRaw) add_to_tag(key, number.real);
      return key;
    }
    case Number::Type::kDecimal:
      return encode_decimal(number.decimal);
  }
  __builtin_unreachable();
}

}  // namespace cairn::key
