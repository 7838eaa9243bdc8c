// Decimal128 (IEEE 754-2008, binary integer decimal) taken apart and put together, and compared
// with binary exactly.
#pragma once

#include "index/key/uint128.h"

#include <cstdint>
#include <optional>

namespace cairn::key {

// The bits of a decimal128 as BSON stores them.
struct DecimalBits {
  std::uint64_t low = 0;
  std::uint64_t high = 0;
  friend bool operator==(const DecimalBits&, const DecimalBits&) = default;
};

inline constexpr int kDecimalDigits = 34;
inline constexpr int kMinDecimalExponent = -6176;
inline constexpr int kMaxDecimalExponent = 6111;

struct Decimal {
  enum class Kind : std::uint8_t { kFinite, kInfinity, kNan };
  Kind kind = Kind::kFinite;
  bool negative = false;
  Uint128 coefficient = 0;  // value = coefficient * 10^exponent
  int exponent = 0;
};

// A coefficient past 10^34 - 1 is not canonical and means zero (IEEE 754-2008, 3.5.2).
Decimal split(DecimalBits bits);

// The canonical bits. REQUIRES, of a finite decimal: coefficient < 10^34, exponent in range.
DecimalBits join(const Decimal& decimal);

// The largest double <= coefficient * 10^exponent, and whether it is the same number; never
// infinity. REQUIRES: 0 < coefficient < 10^34.
struct TruncatedDouble {
  double value;
  bool exact;
};
TruncatedDouble truncate_to_double(Uint128 coefficient, int exponent);

}  // namespace cairn::key
