// Decimal128 over Intel's decimal floating-point library (the variant whose functions take rounding
// and flags).
#include "engine/bson/decimal128.h"

#include "engine/bson/bid.h"

#include <cmath>
#include <limits>

namespace cairn {
namespace {

constexpr _IDEC_round kTowardZero = BID_ROUNDING_TO_ZERO;

std::weak_ordering reversed_if(bool negative, std::weak_ordering order) {
  return negative ? 0 <=> order : order;
}

}  // namespace

bool decimal128_is_nan(Decimal128 value) { return (value.high >> 58 & 0x1f) == 0x1f; }
bool decimal128_is_infinite(Decimal128 value) { return (value.high >> 58 & 0x1f) == 0x1e; }
bool decimal128_is_zero(Decimal128 value) { return bid128_isZero(to_bid(value)) != 0; }

Decimal128 decimal128_from_int64(std::int64_t value) { return from_bid(bid128_from_int64(value)); }

Decimal128 decimal128_from_double_34_digits(double value) {
  _IDEC_flags flags = 0;
  return from_bid(binary64_to_bid128(value, kNearest, &flags));
}

double decimal128_to_double(Decimal128 value) {
  _IDEC_flags flags = 0;
  return bid128_to_binary64(to_bid(value), kNearest, &flags);
}

std::optional<std::int64_t> decimal128_to_int64_exact(Decimal128 value) {
  _IDEC_flags flags = 0;
  const std::int64_t whole = bid128_to_int64_xint(to_bid(value), &flags);
  if (flags != 0) return std::nullopt;
  return whole;
}

std::int64_t decimal128_to_int64_clamped(Decimal128 value) {
  if (decimal128_is_nan(value)) return 0;
  _IDEC_flags flags = 0;
  const std::int64_t whole = bid128_to_int64_int(to_bid(value), &flags);
  if ((flags & BID_INVALID_EXCEPTION) == 0) return whole;
  return decimal128_is_negative(value) ? std::numeric_limits<std::int64_t>::min()
                                       : std::numeric_limits<std::int64_t>::max();
}

Decimal128 decimal128_add(Decimal128 a, Decimal128 b) {
  _IDEC_flags flags = 0;
  return from_bid(bid128_add(to_bid(a), to_bid(b), kNearest, &flags));
}

Decimal128 decimal128_subtract(Decimal128 a, Decimal128 b) {
  _IDEC_flags flags = 0;
  return from_bid(bid128_sub(to_bid(a), to_bid(b), kNearest, &flags));
}

Decimal128 decimal128_multiply(Decimal128 a, Decimal128 b) {
  _IDEC_flags flags = 0;
  return from_bid(bid128_mul(to_bid(a), to_bid(b), kNearest, &flags));
}

Decimal128 decimal128_divide(Decimal128 a, Decimal128 b) {
  _IDEC_flags flags = 0;
  return from_bid(bid128_div(to_bid(a), to_bid(b), kNearest, &flags));
}

Decimal128 decimal128_remainder(Decimal128 a, Decimal128 b) {
  _IDEC_flags flags = 0;
  return from_bid(bid128_fmod(to_bid(a), to_bid(b), &flags));
}

std::weak_ordering compare_decimal128(Decimal128 a, Decimal128 b) {
  const bool a_nan = decimal128_is_nan(a);
  const bool b_nan = decimal128_is_nan(b);
  if (a_nan || b_nan) return b_nan <=> a_nan;
  _IDEC_flags flags = 0;
  if (bid128_quiet_less(to_bid(a), to_bid(b), &flags) != 0) return std::weak_ordering::less;
  if (bid128_quiet_equal(to_bid(a), to_bid(b), &flags) != 0) return std::weak_ordering::equivalent;
  return std::weak_ordering::greater;
}

// A double that 34 digits cannot hold is cut toward zero. No decimal128 lies strictly between the
// cut value and the double: a decimal at or inside the cut is nearer to zero than the double, one
// beyond it is farther out.
std::weak_ordering compare_decimal128(Decimal128 a, double b) {
  const bool a_nan = decimal128_is_nan(a);
  if (a_nan || std::isnan(b)) return std::isnan(b) <=> a_nan;
  _IDEC_flags flags = 0;
  const Decimal128 cut = from_bid(binary64_to_bid128(b, kTowardZero, &flags));
  const std::weak_ordering order = compare_decimal128(a, cut);
  if ((flags & BID_INEXACT_EXCEPTION) == 0) return order;
  const bool farther_out = b < 0 ? order < 0 : order > 0;
  return reversed_if(b < 0, farther_out ? std::weak_ordering::greater : std::weak_ordering::less);
}

}  // namespace cairn
