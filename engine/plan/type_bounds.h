// TypeBounds: the intervals that values of one type lie in.
#pragma once

#include "engine/plan/interval.h"

namespace cairn::plan {

// All values that compare with those of the type: of all numbers, of strings and symbols, …
// `numbers_from_nan`: whether NaN, which is less than all numbers but not compared with them, is
// one of them.
enum class Nan : bool { kOutside, kInside };
Interval bracket(BsonType type, Nan nan);
// Of the same, what begins or ends at `value`.
Interval from(ValueView value, bool inclusive, const Collation* collation);
Interval up_to(ValueView value, bool inclusive, const Collation* collation);

}  // namespace cairn::plan
