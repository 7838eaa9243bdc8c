// $stdDevPop and $stdDevSamp as expressions.
#pragma once

#include "engine/expr/all_values.h"
#include "engine/expr/deviation.h"

#include <cstdint>

namespace cairn::expr {

// The standard deviation of the numbers among several values, or in an array; null of none. `Less`
// is what their number is lessened by: 1 where they are a sample.
template <std::int64_t Less>
Result<ValueView> deviation_of_values(Values values, Evaluation& evaluation) {
  Deviation deviation;
  for_all_values(values, [&deviation](ValueView value) {
    if (value.is_number()) deviation.add(value.to_double());
  });
  const auto result = deviation.standard_deviation(Less);
  return result ? evaluation.number(*result) : Evaluation::null();
}

}  // namespace cairn::expr
