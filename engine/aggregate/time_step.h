// Steps in time on UTC's calendar: the units of windows and of `$densify`.
#pragma once

#include "engine/expr/dates.h"

#include <cstdint>
#include <optional>
#include <string_view>

namespace cairn::aggregate {

using StepUnit = expr::TimeUnit;

// Error: FailedToParse.
Result<StepUnit> parse_step_unit(std::string_view name);
// Of the units up to a week.
std::optional<std::int64_t> milliseconds_of(StepUnit unit);
// `amount` units after a moment, in milliseconds since 1970; in a month too short, its last day.
// Errors: those of expr::date_add.
inline Result<std::int64_t> step_in_time(std::int64_t moment, StepUnit unit, std::int64_t amount) {
  return expr::date_add(moment, unit, amount, expr::TimeZone());
}

}  // namespace cairn::aggregate
