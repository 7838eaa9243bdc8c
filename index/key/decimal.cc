#include "index/key/decimal.h"

#include "index/key/natural.h"

#include <cassert>
#include <charconv>
#include <cmath>
#include <compare>
#include <limits>

namespace cairn::key {
namespace {

constexpr std::uint64_t kSignBit = std::uint64_t{1} << 63;
constexpr std::uint64_t kNanBits = 0x7C00000000000000;
constexpr std::uint64_t kInfinityBits = 0x7800000000000000;
constexpr std::uint64_t kSecondFormBits = 0x6000000000000000;
constexpr int kExponentShift = 49;
constexpr std::uint64_t kExponentMask = 0x3FFF;

constexpr double kMax = std::numeric_limits<double>::max();

// The double nearest to the decimal, the largest if that is infinity.
double nearest(Uint128 coefficient, int exponent, int magnitude) {
  constexpr int kExactPowers =
      22;  // up to 10^22 powers of ten are doubles, and one division or product rounds once
  if ((coefficient >> 53) == 0 && -kExactPowers <= exponent && exponent <= kExactPowers) {
    const auto value = static_cast<double>(static_cast<std::int64_t>(coefficient));
    const auto power = static_cast<double>(kPowersOfTen[exponent < 0 ? -exponent : exponent]);
    return exponent < 0 ? value / power : value * power;
  }
  char text[64];
  char* at = text + kDecimalDigits + 1;
  char* const end_of_digits = at;
  for (Uint128 c = coefficient; c != 0; c /= 10)
    *--at = static_cast<char>('0' + static_cast<int>(c % 10));
  *end_of_digits = 'e';
  const char* const end = std::to_chars(end_of_digits + 1, text + sizeof text, exponent).ptr;
  double value = 0;
  const bool in_range = std::from_chars(at, end, value).ec == std::errc{} && std::isfinite(value);
  if (in_range) return value;
  return magnitude > 0 ? kMax : 0.0;
}

// Compares coefficient * 10^exponent with a finite double >= 0.
std::strong_ordering compare(Uint128 coefficient, int exponent, double number) {
  if (number == 0) return std::strong_ordering::greater;
  int binary_exponent = 0;
  const double fraction = std::frexp(number, &binary_exponent);
  const auto significand = static_cast<std::uint64_t>(std::ldexp(fraction, 53));
  binary_exponent -= 53;
  Natural left(coefficient);
  Natural right(significand);
  if (exponent > 0) left.multiply_by_power_of_ten(exponent);
  if (exponent < 0) right.multiply_by_power_of_ten(-exponent);
  if (binary_exponent > 0) right.shift_left(binary_exponent);
  if (binary_exponent < 0) left.shift_left(-binary_exponent);
  return left <=> right;
}

}  // namespace

Decimal split(DecimalBits bits) {
  Decimal decimal;
  decimal.negative = (bits.high & kSignBit) != 0;
  if ((bits.high & kNanBits) == kNanBits) {
    decimal.kind = Decimal::Kind::kNan;
    return decimal;
  }
  if ((bits.high & kInfinityBits) == kInfinityBits) {
    decimal.kind = Decimal::Kind::kInfinity;
    return decimal;
  }
  const bool second_form = (bits.high & kSecondFormBits) == kSecondFormBits;
  const int shift = second_form ? kExponentShift - 2 : kExponentShift;
  decimal.exponent = static_cast<int>((bits.high >> shift) & kExponentMask) + kMinDecimalExponent;
  if (second_form) return decimal;  // its coefficient is at least 2^113, past 10^34 - 1
  const std::uint64_t high = bits.high & ((std::uint64_t{1} << kExponentShift) - 1);
  const Uint128 coefficient = (Uint128{high} << 64) | bits.low;
  if (coefficient < kPowersOfTen[kDecimalDigits]) decimal.coefficient = coefficient;
  return decimal;
}

DecimalBits join(const Decimal& decimal) {
  const std::uint64_t sign = decimal.negative ? kSignBit : 0;
  if (decimal.kind == Decimal::Kind::kNan) return {0, sign | kNanBits};
  if (decimal.kind == Decimal::Kind::kInfinity) return {0, sign | kInfinityBits};
  const auto exponent = static_cast<std::uint64_t>(decimal.exponent - kMinDecimalExponent);
  return {
      static_cast<std::uint64_t>(decimal.coefficient),
      sign | (exponent << kExponentShift) | static_cast<std::uint64_t>(decimal.coefficient >> 64)};
}

TruncatedDouble truncate_to_double(Uint128 coefficient, int exponent) {
  const int magnitude = digit_count(coefficient) + exponent;  // 10^(m-1) <= value < 10^m
  if (magnitude <= -324) return {0.0, false};                 // below 2^-1074 = 4.9e-324
  if (magnitude > 309) return {kMax, false};
  const double value = nearest(coefficient, exponent, magnitude);
  const auto order = compare(coefficient, exponent, value);
  const double truncated = order < 0 ? std::nextafter(value, 0.0) : value;
  assert(order == 0 || compare(coefficient, exponent, truncated) > 0);
  assert(truncated == kMax || compare(coefficient, exponent, std::nextafter(truncated, kMax)) < 0);
  return {truncated, order == 0};
}

}  // namespace cairn::key
