// Roots, logarithms, powers, rounding and trigonometry of Decimal128, over Intel's decimal library.
//
// Pure functions without global state; rounded to nearest, ties to even. What has no value is NaN.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include <cairn/bson.h>

namespace cairn {

Decimal128 decimal128_abs(Decimal128 value);
Decimal128 decimal128_sqrt(Decimal128 value);
Decimal128 decimal128_exp(Decimal128 value);
Decimal128 decimal128_log(Decimal128 value);
Decimal128 decimal128_log10(Decimal128 value);
Decimal128 decimal128_power(Decimal128 base, Decimal128 exponent);

enum class DecimalRounding : std::uint8_t { kNearestEven, kUp, kDown, kTowardZero };
// With exactly `places` decimals (negative: so many zeros before the point). nullopt where 34
// digits do not hold that, and for infinity.
std::optional<Decimal128> decimal128_quantize(Decimal128 value, int places,
                                              DecimalRounding rounding);
// The nearest integer, ties to even; nullopt where int64 does not hold it, and for NaN.
std::optional<std::int64_t> decimal128_to_int64_nearest(Decimal128 value);
// The same value with as many digits after the point as 34 digits allow.
Decimal128 decimal128_all_digits(Decimal128 value);

// nullopt where the double would be infinite or lose digits for being tiny; infinity and NaN stay.
std::optional<double> decimal128_to_double_in_range(Decimal128 value);

// A number written out, cut to 34 digits where it has more. Source: IEEE 754-2008, 5.12.
struct DecimalText {
  enum Outcome : std::uint8_t { kRead, kNoNumber, kOverflow, kUnderflow };
  Outcome outcome = kNoNumber;
  Decimal128 value;
};
DecimalText decimal128_from_text(std::string_view text);

Decimal128 decimal128_acos(Decimal128 value);
Decimal128 decimal128_acosh(Decimal128 value);
Decimal128 decimal128_asin(Decimal128 value);
Decimal128 decimal128_asinh(Decimal128 value);
Decimal128 decimal128_atan(Decimal128 value);
Decimal128 decimal128_atan2(Decimal128 y, Decimal128 x);
Decimal128 decimal128_atanh(Decimal128 value);
Decimal128 decimal128_cos(Decimal128 value);
Decimal128 decimal128_cosh(Decimal128 value);
Decimal128 decimal128_sin(Decimal128 value);
Decimal128 decimal128_sinh(Decimal128 value);
Decimal128 decimal128_tan(Decimal128 value);
Decimal128 decimal128_tanh(Decimal128 value);

}  // namespace cairn
