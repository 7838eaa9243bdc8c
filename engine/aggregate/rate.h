// What `$derivative` and `$integral` share: {input, unit} over an order of numbers or dates.
#pragma once

#include <optional>

#include "engine/aggregate/window_function.h"
#include "engine/aggregate/window_number.h"

namespace cairn::aggregate {

struct Rate {
  expr::ExpressionPtr input;
  std::optional<std::int64_t> unit_ms;  // the order is of dates
};
// Errors: FailedToParse, 5490710 (a unit longer than a week).
Result<Rate> parse_rate(const WindowCall& call);

}  // namespace cairn::aggregate
