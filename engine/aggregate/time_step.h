// Steps in time on UTC's calendar: the units of windows and of `$densify`.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include <cairn/status.h>

namespace cairn::aggregate {

enum class StepUnit : std::uint8_t {
  kMillisecond,
  kSecond,
  kMinute,
  kHour,
  kDay,
  kWeek,
  kMonth,
  kQuarter,
  kYear,
};

// Error: FailedToParse.
Result<StepUnit> parse_step_unit(std::string_view name);
// Of the units up to a week.
std::optional<std::int64_t> milliseconds_of(StepUnit unit);
// `amount` units after a moment, in milliseconds since 1970; in a month too short, its last day.
// Error: BadValue beyond what a date holds.
Result<std::int64_t> step_in_time(std::int64_t moment, StepUnit unit, std::int64_t amount);

}  // namespace cairn::aggregate
