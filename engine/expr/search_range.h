// The optional start and end of $indexOfArray, $indexOfBytes and $indexOfCP.
#pragma once

#include "engine/expr/expression.h"

#include <cstdint>

namespace cairn::expr {

struct SearchRange {
  std::int64_t begin = 0;
  std::int64_t end = INT32_MAX;
};

// Numbers of the errors that differ between the operators.
struct SearchRangeErrors {
  std::int32_t not_integral;
  std::int32_t negative;
};

// Location<code> unless the value is a string. which: "first" or "second".
Status need_string(std::string_view name, std::int32_t code, std::string_view which,
                   ValueView value);

// From values[2] and values[3].
Result<SearchRange> search_range(std::string_view name, Values values,
                                 const SearchRangeErrors& errors);

}  // namespace cairn::expr
