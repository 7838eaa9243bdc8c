// RunningNumber: what $add and $multiply end at, kept from left to right in the widest type seen.
#pragma once

#include "engine/bson/decimal128.h"
#include "engine/expr/numeric.h"

#include <cstdint>

namespace cairn::expr {

struct RunningNumber {
  BsonType type = BsonType::kInt32;
  std::int64_t whole = 0;   // of integers
  double fraction = 0;      // of doubles
  Decimal128 decimal = {};  // of decimals

  // To a type that is no narrower; `fraction` is the caller's business where integers end.
  void widen(BsonType to) {
    if (to == type) return;
    if (to == BsonType::kDecimal128) {
      decimal = type == BsonType::kDouble ? decimal128_from_double(fraction)
                                          : decimal128_from_int64(whole);
    }
    type = to;
  }

  ValueView value(Evaluation& evaluation) const {
    switch (type) {
      case BsonType::kInt32:
        return int32_or_int64(whole, evaluation);
      case BsonType::kInt64:
        return evaluation.int64(whole);
      case BsonType::kDouble:
        return evaluation.number(fraction);
      default:
        return evaluation.decimal128(decimal);
    }
  }
};

}  // namespace cairn::expr
