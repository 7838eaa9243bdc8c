// A natural number of up to 2,560 bits in place, for the one question of whether a decimal and a
// double are equal.
#pragma once

#include "index/key/uint128.h"

#include <array>
#include <compare>
#include <cstdint>

namespace cairn::key {

class Natural {
 public:
  explicit Natural(Uint128 value);

  void multiply(std::uint64_t factor);
  void multiply_by_power_of_ten(int power);
  void shift_left(int bits);

  friend std::strong_ordering operator<=>(const Natural& a, const Natural& b);
  friend bool operator==(const Natural& a, const Natural& b) { return (a <=> b) == 0; }

 private:
  // Enough for (2^113 * 10^359) << 1074, more than any caller builds.
  static constexpr int kLimbs = 40;
  void push(std::uint64_t limb);

  std::array<std::uint64_t, kLimbs> limbs_;  // least significant first; beyond size_ unset
  int size_ = 0;
};

}  // namespace cairn::key
