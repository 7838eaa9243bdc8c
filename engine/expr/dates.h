// What date operators share: the types that are dates, the units of time, and arithmetic with them
// on the clocks of a time zone. Source: MongoDB's manual, "Date Expression Operators".
#pragma once

#include "engine/expr/calendar.h"
#include "engine/expr/named_arguments.h"
#include "engine/expr/time_zone.h"

#include <cairn/bson.h>
#include <cairn/status.h>

#include <cstdint>
#include <optional>
#include <string_view>

namespace cairn::expr {

bool is_date_like(ValueView value);  // date, timestamp or ObjectId
// Milliseconds since 1970, UTC. REQUIRES: is_date_like(value).
std::int64_t date_like_milliseconds(ValueView value);
// Error: Location16006 for a type that is no date.
Result<std::int64_t> to_milliseconds(ValueView value);

// The zone that an operator's `timezone` names: nothing for null and missing. Error: Location40517
// for what is no string, TimeZone::find's.
Result<std::optional<TimeZone>> to_time_zone(ValueView value);
Status check_time_zone(ValueView value);
// The same for an argument; UTC where it is not given.
Result<std::optional<TimeZone>> zone_argument(const Arguments& arguments, std::size_t i);

enum class TimeUnit : std::uint8_t {
  kYear,
  kQuarter,
  kMonth,
  kWeek,
  kDay,
  kHour,
  kMinute,
  kSecond,
  kMillisecond,
};
std::string_view name_of(TimeUnit unit);
// Errors: Location5439013 for what is no string, FailedToParse for no unit's name. `name` is the
// operator's.
Result<TimeUnit> to_time_unit(std::string_view name, ValueView value);
// As iso_day_of_week. Errors: Location5439015, Location5439016.
Result<int> to_start_of_week(std::string_view name, ValueView value);

// `amount` units later. What is longer than an hour is counted on the zone's clocks. Errors:
// Location5976500, Location5166406, DurationOverflow.
Result<std::int64_t> date_add(std::int64_t utc, TimeUnit unit, std::int64_t amount,
                              const TimeZone& zone);

// How often the clocks of a zone began a new unit between two moments. Error: Location5166308.
Result<std::int64_t> date_difference(std::int64_t begin, std::int64_t end, TimeUnit unit,
                                     const TimeZone& zone, int start_of_week);

}  // namespace cairn::expr
