// Bytes to numbers: what real value they stand for, then which type the tag gives it.
#include "index/key/number.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace cairn::key {
namespace {

using layout::Tag;
using Shape = RealValue::Shape;

// Bytes of one number, complemented for a descending component, a negative number, or (twice: not)
// both.
class Bytes {
 public:
  Bytes(const std::uint8_t*& at, const std::uint8_t* end, std::uint8_t mask)
      : at_(at), end_(end), mask_(mask) {}

  // nullopt: not so many left.
  std::optional<std::uint64_t> big_endian(int count) {
    if (end_ - at_ < count) return std::nullopt;
    std::uint64_t value = 0;
    for (int i = 0; i < count; ++i)
      value = (value << 8) | static_cast<std::uint8_t>(*at_++ ^ mask_);
    return value;
  }

  // Digits written by put_digits: their number and value. nullopt: no digits, too many, or not a
  // pair.
  struct Digits {
    Uint128 value;
    int count;
  };
  std::optional<Digits> digits() {
    constexpr int kMaxPairs = kDecimalDigits / 2;
    Digits digits{0, 0};
    for (int pair = 0; pair <= kMaxPairs; ++pair) {
      const auto byte = big_endian(1);
      if (!byte || *byte > 100) return std::nullopt;
      if (*byte == layout::kClose) return pair == 0 ? std::nullopt : std::optional(digits);
      digits.value = digits.value * 100 + (*byte - 1);
      digits.count += 2;
    }
    return std::nullopt;
  }

 private:
  const std::uint8_t*& at_;
  const std::uint8_t* end_;
  std::uint8_t mask_;
};

// coefficient * 10^exponent in lowest terms. nullopt: no decimal128 holds it.
std::optional<RealValue> decimal_value(Uint128 coefficient, int exponent, bool negative) {
  if (coefficient == 0) return std::nullopt;
  for (; coefficient % 10 == 0; coefficient /= 10) ++exponent;
  if (coefficient >= kPowersOfTen[kDecimalDigits]) return std::nullopt;
  return RealValue{Shape::kDecimal, negative, coefficient, exponent};
}

RealValue binary_value(Uint128 significand, int exponent, bool negative) {
  const int zeros = trailing_zero_bits(significand);
  return {Shape::kBinary, negative, significand >> zeros, exponent + zeros};
}

std::optional<RealValue> read_integer(Bytes& bytes, int count, bool negative) {
  const auto flagged = bytes.big_endian(count);
  if (!flagged || (*flagged >> (8 * (count - 1))) == 0)
    return std::nullopt;  // cut short, or a byte too long
  const std::uint64_t integer_part = *flagged >> 1;
  if (integer_part == 0) return std::nullopt;
  if ((*flagged & 1) == 0) return RealValue{Shape::kInteger, negative, integer_part, 0};
  const int bits = fraction_bits(count);
  const auto marked = bytes.big_endian((bits + 1) / 8);
  if (!marked) return std::nullopt;
  if ((*marked & 1) == 0) {
    if (*marked == 0) return std::nullopt;  // an integer
    return binary_value((Uint128{integer_part} << bits) | (*marked >> 1), -bits, negative);
  }
  const auto digits = bytes.digits();
  // With the at least 1 digit of the integer part, 34 digits leave 33 for the fraction: 17 pairs.
  if (!digits || digit_count(integer_part) + digits->count > kDecimalDigits + 1)
    return std::nullopt;
  const Uint128 coefficient = Uint128{integer_part} * kPowersOfTen[digits->count] + digits->value;
  return decimal_value(coefficient, -digits->count, negative);
}

std::optional<RealValue> read_pattern(Bytes& bytes, bool huge, bool negative) {
  const auto marked = bytes.big_endian(8);
  if (!marked) return std::nullopt;
  if ((*marked & 1) != 0) {
    const auto exponent = bytes.big_endian(2);
    if (!exponent) return std::nullopt;
    const auto digits = bytes.digits();
    if (!digits) return std::nullopt;
    const int scale = static_cast<int>(*exponent) - layout::kExponentBias - digits->count;
    return decimal_value(digits->value, scale, negative);
  }
  const std::uint64_t pattern = (*marked >> 1) + (huge ? layout::kTwoTo63 : 0);
  if (huge && pattern == layout::kInfinity) return RealValue{Shape::kInfinity, negative, 0, 0};
  if (pattern == 0 || pattern > layout::kInfinity) return std::nullopt;
  int exponent = 0;
  const double fraction = std::frexp(std::bit_cast<double>(pattern), &exponent);
  return binary_value(static_cast<std::uint64_t>(std::ldexp(fraction, 53)), exponent - 53,
                      negative);
}

// As a decimal in lowest terms; nullopt: more than 34 digits.
std::optional<RealValue> to_decimal(const RealValue& real) {
  if (real.shape == Shape::kDecimal) return real;
  if (real.shape == Shape::kInteger) return decimal_value(real.significand, 0, real.negative);
  Uint128 coefficient = real.significand;
  int exponent = real.exponent;
  for (; exponent < 0 && coefficient < kPowersOfTen[kDecimalDigits]; ++exponent) coefficient *= 5;
  if (real.exponent < 0) {  // significand / 2^n = significand * 5^n / 10^n
    return exponent < 0 ? std::nullopt : decimal_value(coefficient, real.exponent, real.negative);
  }
  int tens = 0;
  for (; tens < real.exponent && coefficient % 5 == 0; ++tens) coefficient /= 5;
  if (bit_count(coefficient) + real.exponent - tens > 113) return std::nullopt;
  return decimal_value(coefficient << (real.exponent - tens), tens, real.negative);
}

std::optional<Number> as_decimal(const RealValue& real, int zeros) {
  Decimal decimal{.negative = real.negative};
  if (real.shape == Shape::kNan || real.shape == Shape::kInfinity) {
    if (zeros != 0) return std::nullopt;
    decimal.kind = real.shape == Shape::kNan ? Decimal::Kind::kNan : Decimal::Kind::kInfinity;
    return Number{.type = Number::Type::kDecimal, .decimal = join(decimal)};
  }
  if (real.shape == Shape::kZero) return std::nullopt;
  const auto lowest = to_decimal(real);
  if (!lowest) return std::nullopt;
  const int needed = std::max(0, lowest->exponent - kMaxDecimalExponent);
  if (digit_count(lowest->significand) + needed + zeros > kDecimalDigits) return std::nullopt;
  decimal.coefficient = lowest->significand * kPowersOfTen[needed + zeros];
  decimal.exponent = lowest->exponent - needed - zeros;
  if (decimal.exponent < kMinDecimalExponent) return std::nullopt;
  return Number{.type = Number::Type::kDecimal, .decimal = join(decimal)};
}

std::optional<Number> as_int64(const RealValue& real) {
  constexpr Uint128 kLowest = Uint128{1} << 63;
  std::uint64_t magnitude = static_cast<std::uint64_t>(real.significand);
  if (real.shape == Shape::kBinary) {
    if (!real.negative || real.exponent != 63 || real.significand != 1) return std::nullopt;
    magnitude = static_cast<std::uint64_t>(kLowest);
  } else if (real.shape != Shape::kInteger && real.shape != Shape::kZero) {
    return std::nullopt;
  }
  const auto value = static_cast<std::int64_t>(real.negative ? 0 - magnitude : magnitude);
  return Number{.type = Number::Type::kInt64, .integer = value};
}

std::optional<Number> as_double(const RealValue& real, bool negative_zero) {
  constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
  double value = 0;
  if (real.shape == Shape::kDecimal) return std::nullopt;
  if (negative_zero && real.shape != Shape::kZero) return std::nullopt;
  if (real.shape == Shape::kNan) value = kNan;
  if (real.shape == Shape::kInfinity) value = std::numeric_limits<double>::infinity();
  if (real.shape == Shape::kInteger || real.shape == Shape::kBinary) {
    if (bit_count(real.significand) - trailing_zero_bits(real.significand) > 53)
      return std::nullopt;
    value = std::ldexp(static_cast<double>(real.significand), real.exponent);
  }
  return Number{.type = Number::Type::kDouble,
                .real = real.negative || negative_zero ? -value : value};
}

std::optional<Number> as_default(const RealValue& real) {
  switch (real.shape) {
    case Shape::kZero:
      return Number{.type = Number::Type::kInt32};
    case Shape::kInteger: {
      auto number = as_int64(real);
      if (number && number->integer == static_cast<std::int32_t>(number->integer)) {
        number->type = Number::Type::kInt32;
      }
      return number;
    }
    case Shape::kBinary:
      return bit_count(real.significand) > 53 ? as_decimal(real, 0) : as_double(real, false);
    case Shape::kDecimal:
      return as_decimal(real, 0);
    case Shape::kNan:
    case Shape::kInfinity:
      return as_double(real, false);
  }
  __builtin_unreachable();
}

template <typename T>
T load(std::span<const std::uint8_t> bytes, std::size_t offset) {
  T value;
  __builtin_memcpy(&value, bytes.data() + offset, sizeof value);
  return value;
}

std::optional<Number> as_decimal_zero(std::uint16_t sign_and_exponent) {
  const int exponent = (sign_and_exponent & 0x7FFF) + kMinDecimalExponent;
  if (exponent > kMaxDecimalExponent) return std::nullopt;
  const Decimal zero{.negative = (sign_and_exponent & 0x8000) != 0, .exponent = exponent};
  return Number{.type = Number::Type::kDecimal, .decimal = join(zero)};
}

}  // namespace

std::optional<RealValue> read_real(std::uint8_t type, const std::uint8_t*& at,
                                   const std::uint8_t* end, std::uint8_t mask) {
  if (type == layout::kNan) return RealValue{Shape::kNan, false, 0, 0};
  if (type == layout::kZero) return RealValue{};
  const bool negative = type < layout::kZero;
  Bytes bytes(at, end, static_cast<std::uint8_t>(negative ? ~mask : mask));
  if (type == layout::kNegativeHuge || type == layout::kPositiveHuge) {
    return read_pattern(bytes, true, negative);
  }
  if (type == layout::kNegativeSmall || type == layout::kPositiveSmall) {
    return read_pattern(bytes, false, negative);
  }
  const int count = negative ? layout::kNegativeInteger - type : type - layout::kPositiveInteger;
  return read_integer(bytes, count, negative);
}

std::optional<Number> with_type(const RealValue& real, std::span<const std::uint8_t> tag_bytes) {
  if (tag_bytes.empty()) return as_default(real);
  const auto tag = static_cast<Tag>(tag_bytes[0]);
  switch (tag) {
    case Tag::kInt64:
      return as_int64(real);
    case Tag::kDouble:
    case Tag::kNegativeZero:
      return as_double(real, tag == Tag::kNegativeZero);
    case Tag::kDecimal:
    case Tag::kDecimalZeros1:
    case Tag::kDecimalZeros2:
      return as_decimal(real, static_cast<int>(tag) - static_cast<int>(Tag::kDecimal));
    case Tag::kDecimalZeros:
      return as_decimal(real, tag_bytes[1]);
    case Tag::kDecimalRaw:
      return Number{
          .type = Number::Type::kDecimal,
          .decimal = {load<std::uint64_t>(tag_bytes, 1), load<std::uint64_t>(tag_bytes, 9)}};
    case Tag::kDoubleRaw:
      return Number{.type = Number::Type::kDouble,
                    .real = std::bit_cast<double>(load<std::uint64_t>(tag_bytes, 1))};
    case Tag::kDecimalZero:
      return as_decimal_zero(__builtin_bswap16(load<std::uint16_t>(tag_bytes, 1)));
    default:
      return std::nullopt;
  }
}

}  // namespace cairn::key
