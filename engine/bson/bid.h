// Decimal128 as Intel's decimal floating-point library takes and gives it.
#pragma once

#include "engine/bson/decimal128.h"

#include <bid_conf.h>
#include <bid_functions.h>

namespace cairn {

inline constexpr _IDEC_round kNearest = BID_ROUNDING_TO_NEAREST;

inline constexpr int kBias = 6176;  // of the stored exponent

inline BID_UINT128 to_bid(Decimal128 value) {
  BID_UINT128 bid;
  bid.w[0] = value.low;
  bid.w[1] = value.high;
  return bid;
}

inline Decimal128 from_bid(BID_UINT128 bid) { return {bid.w[0], bid.w[1]}; }

}  // namespace cairn
