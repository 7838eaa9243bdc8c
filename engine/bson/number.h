// Exact comparison of numbers across int32, int64, double and decimal128.
#pragma once

#include <compare>
#include <cstdint>

#include <cairn/bson.h>

namespace cairn {

// 2^63, the first double past int64.
inline constexpr double kInt64End = 9223372036854775808.0;

// NaN equals NaN and is below every other number; -0.0 equals 0.
std::weak_ordering compare_doubles(double a, double b);
// The int64 is not rounded: 2^53 + 1 is above 2^53 as a double.
std::weak_ordering compare_int64_double(std::int64_t a, double b);
// REQUIRES: both are numbers.
std::weak_ordering compare_numbers(ValueView a, ValueView b);

}  // namespace cairn
