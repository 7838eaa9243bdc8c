// Decimal128 arithmetic and conversions, as MongoDB rounds them: to nearest, ties to even.
//
// Pure functions without global state; Intel's decimal library is behind them and visible only in
// decimal128.cc. Encodings that IEEE 754-2008 calls non-canonical count as zero, as the standard
// has it.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>

#include <cairn/bson.h>

namespace cairn {

bool decimal128_is_nan(Decimal128 value);
bool decimal128_is_infinite(Decimal128 value);
bool decimal128_is_zero(Decimal128 value);
constexpr bool decimal128_is_negative(Decimal128 value) { return (value.high >> 63) != 0; }

Decimal128 decimal128_from_int64(std::int64_t value);  // exact
// MongoDB's conversion: 15 significant digits, trailing zeros kept (0.1 -> 0.100000000000000).
Decimal128 decimal128_from_double(double value);
// To all 34 digits.
Decimal128 decimal128_from_double_34_digits(double value);

double decimal128_to_double(Decimal128 value);
// nullopt where the value is no integer or out of range.
std::optional<std::int64_t> decimal128_to_int64_exact(Decimal128 value);
// Truncated toward zero and clamped; NaN is 0.
std::int64_t decimal128_to_int64_clamped(Decimal128 value);

Decimal128 decimal128_add(Decimal128 a, Decimal128 b);
Decimal128 decimal128_subtract(Decimal128 a, Decimal128 b);
Decimal128 decimal128_multiply(Decimal128 a, Decimal128 b);
Decimal128 decimal128_divide(Decimal128 a, Decimal128 b);
// The remainder of the division truncated toward zero, as C's fmod.
Decimal128 decimal128_remainder(Decimal128 a, Decimal128 b);

// By value: 1.0 equals 1.00, -0 equals 0, NaN equals NaN and is below all else.
std::weak_ordering compare_decimal128(Decimal128 a, Decimal128 b);
// Exact: the double is compared as the binary fraction that it is, without rounding.
std::weak_ordering compare_decimal128(Decimal128 a, double b);

}  // namespace cairn
