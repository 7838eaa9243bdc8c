// What $ceil, $floor, $round and $trunc share.
#pragma once

#include "engine/bson/decimal128_math.h"
#include "engine/expr/numeric.h"

namespace cairn::expr {

// $ceil and $floor: integers as they are, doubles by `of_double`, decimals by `rounding`.
Result<ValueView> to_whole(std::string_view name, ValueView value, double (*of_double)(double),
                           DecimalRounding rounding, Evaluation& evaluation);

// $round and $trunc: `values` are the number and, optionally, how many decimals to keep (negative:
// zeros before the point).
Result<ValueView> round_to_places(std::string_view name, Values values, DecimalRounding rounding,
                                  Evaluation& evaluation);

}  // namespace cairn::expr
