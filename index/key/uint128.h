// 128-bit arithmetic for decimal coefficients: powers of ten, counting digits and bits.
#pragma once

#include <array>
#include <bit>
#include <cstdint>

namespace cairn::key {

__extension__ using Uint128 = unsigned __int128;

// 10^0 .. 10^38, all that fit.
inline constexpr std::array<Uint128, 39> kPowersOfTen = [] {
  std::array<Uint128, 39> powers{};
  Uint128 power = 1;
  for (Uint128& p : powers) {
    p = power;
    power *= 10;  // past the last, wraps unused
  }
  return powers;
}();

constexpr int bit_count(Uint128 x) {
  const auto high = static_cast<std::uint64_t>(x >> 64);
  return high != 0 ? 64 + std::bit_width(high) : std::bit_width(static_cast<std::uint64_t>(x));
}

// REQUIRES: x > 0.
constexpr int trailing_zero_bits(Uint128 x) {
  const auto low = static_cast<std::uint64_t>(x);
  return low != 0 ? std::countr_zero(low)
                  : 64 + std::countr_zero(static_cast<std::uint64_t>(x >> 64));
}

// Decimal digits of x; 0 has none.
constexpr int digit_count(Uint128 x) {
  const int guess = bit_count(x) * 1233 >> 12;  // log10(2) = 0.30103, never above the answer
  return guess + (x >= kPowersOfTen[guess] ? 1 : 0);
}

}  // namespace cairn::key
