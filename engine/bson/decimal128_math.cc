// The functions of Intel's decimal library that take a rounding mode and flags, one by one.
#include "engine/bson/decimal128_math.h"

#include "engine/bson/bid.h"

#include <string>

namespace cairn {
namespace {

constexpr Decimal128 kSmallestZero{0, 0};  // 0E-6176

using Function = BID_UINT128 (*)(BID_UINT128, _IDEC_round, _IDEC_flags*);

Decimal128 apply(Function function, Decimal128 value) {
  _IDEC_flags flags = 0;
  return from_bid(function(to_bid(value), kNearest, &flags));
}

_IDEC_round mode_of(DecimalRounding rounding) {
  switch (rounding) {
    case DecimalRounding::kNearestEven:
      return BID_ROUNDING_TO_NEAREST;
    case DecimalRounding::kUp:
      return BID_ROUNDING_UP;
    case DecimalRounding::kDown:
      return BID_ROUNDING_DOWN;
    case DecimalRounding::kTowardZero:
      return BID_ROUNDING_TO_ZERO;
  }
  return BID_ROUNDING_TO_NEAREST;
}

std::size_t digits_at(std::string_view text, std::size_t at) {
  const std::size_t end = text.find_first_not_of("0123456789", at);
  return (end == std::string_view::npos ? text.size() : end) - at;
}

// [sign] digits [. digits] [e [sign] digits], with a digit before the exponent; or a name.
bool is_number_text(std::string_view text) {
  std::size_t at = !text.empty() && (text[0] == '+' || text[0] == '-') ? 1 : 0;
  std::string name(text.substr(at));
  for (char& c : name) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  if (name == "inf" || name == "infinity" || name == "nan") return true;
  std::size_t digits = digits_at(text, at);
  at += digits;
  if (at < text.size() && text[at] == '.') {
    const std::size_t decimals = digits_at(text, at + 1);
    digits += decimals;
    at += 1 + decimals;
  }
  if (digits == 0) return false;
  if (at == text.size()) return true;
  if (text[at] != 'e' && text[at] != 'E') return false;
  ++at;
  if (at < text.size() && (text[at] == '+' || text[at] == '-')) ++at;
  const std::size_t exponent = digits_at(text, at);
  return exponent > 0 && at + exponent == text.size();
}

}  // namespace

Decimal128 decimal128_abs(Decimal128 value) { return from_bid(bid128_abs(to_bid(value))); }

Decimal128 decimal128_sqrt(Decimal128 value) { return apply(bid128_sqrt, value); }
Decimal128 decimal128_exp(Decimal128 value) { return apply(bid128_exp, value); }
Decimal128 decimal128_log(Decimal128 value) { return apply(bid128_log, value); }
Decimal128 decimal128_log10(Decimal128 value) { return apply(bid128_log10, value); }

Decimal128 decimal128_power(Decimal128 base, Decimal128 exponent) {
  _IDEC_flags flags = 0;
  return from_bid(bid128_pow(to_bid(base), to_bid(exponent), kNearest, &flags));
}

std::optional<Decimal128> decimal128_quantize(Decimal128 value, int places,
                                              DecimalRounding rounding) {
  const Decimal128 quantum{1, static_cast<std::uint64_t>(kBias - places) << 49};
  _IDEC_flags flags = 0;
  const BID_UINT128 result =
      bid128_quantize(to_bid(value), to_bid(quantum), mode_of(rounding), &flags);
  if ((flags & BID_INVALID_EXCEPTION) != 0) return std::nullopt;
  return from_bid(result);
}

std::optional<std::int64_t> decimal128_to_int64_nearest(Decimal128 value) {
  _IDEC_flags flags = 0;
  const std::int64_t whole = bid128_to_int64_rnint(to_bid(value), &flags);
  if ((flags & BID_INVALID_EXCEPTION) != 0) return std::nullopt;
  return whole;
}

Decimal128 decimal128_all_digits(Decimal128 value) { return decimal128_add(value, kSmallestZero); }

std::optional<double> decimal128_to_double_in_range(Decimal128 value) {
  _IDEC_flags flags = 0;
  const double result = bid128_to_binary64(to_bid(value), kNearest, &flags);
  if ((flags & (BID_OVERFLOW_EXCEPTION | BID_UNDERFLOW_EXCEPTION)) != 0) return std::nullopt;
  return result;
}

DecimalText decimal128_from_text(std::string_view text) {
  if (!is_number_text(text)) return {};
  _IDEC_flags flags = 0;
  std::string terminated(text);
  const BID_UINT128 bid = bid128_from_string(terminated.data(), BID_ROUNDING_TO_ZERO, &flags);
  if ((flags & BID_OVERFLOW_EXCEPTION) != 0) return {DecimalText::kOverflow, {}};
  if ((flags & BID_UNDERFLOW_EXCEPTION) != 0) return {DecimalText::kUnderflow, {}};
  return {DecimalText::kRead, from_bid(bid)};
}

Decimal128 decimal128_acos(Decimal128 value) { return apply(bid128_acos, value); }
Decimal128 decimal128_acosh(Decimal128 value) { return apply(bid128_acosh, value); }
Decimal128 decimal128_asin(Decimal128 value) { return apply(bid128_asin, value); }
Decimal128 decimal128_asinh(Decimal128 value) { return apply(bid128_asinh, value); }
Decimal128 decimal128_atan(Decimal128 value) { return apply(bid128_atan, value); }
Decimal128 decimal128_atanh(Decimal128 value) { return apply(bid128_atanh, value); }
Decimal128 decimal128_cos(Decimal128 value) { return apply(bid128_cos, value); }
Decimal128 decimal128_cosh(Decimal128 value) { return apply(bid128_cosh, value); }
Decimal128 decimal128_sin(Decimal128 value) { return apply(bid128_sin, value); }
Decimal128 decimal128_sinh(Decimal128 value) { return apply(bid128_sinh, value); }
Decimal128 decimal128_tan(Decimal128 value) { return apply(bid128_tan, value); }
Decimal128 decimal128_tanh(Decimal128 value) { return apply(bid128_tanh, value); }

Decimal128 decimal128_atan2(Decimal128 y, Decimal128 x) {
  _IDEC_flags flags = 0;
  return from_bid(bid128_atan2(to_bid(y), to_bid(x), kNearest, &flags));
}

}  // namespace cairn
