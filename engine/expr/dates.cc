#include "engine/expr/dates.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdlib>

namespace cairn::expr {
namespace {

struct UnitRow {
  std::string_view name;
  std::int64_t milliseconds;  // 0: depends on the calendar
  std::int64_t most;          // that may be added at once: what 2^64 milliseconds hold
};

constexpr std::array<UnitRow, 9> kUnits{{
    {"year", 0, 584'942'417},
    {"quarter", 0, 2'339'769'671},
    {"month", 0, 7'019'309'015},
    {"week", 7 * kMillisecondsPerDay, 30'500'568'904},
    {"day", kMillisecondsPerDay, 213'503'982'334},
    {"hour", kMillisecondsPerHour, 5'124'095'576'039},
    {"minute", kMillisecondsPerMinute, 307'445'734'562'399},
    {"second", kMillisecondsPerSecond, 18'446'744'073'743'999},
    {"millisecond", 1, INT64_MAX},
}};

constexpr std::array<std::string_view, 7> kDays{"monday", "tuesday",  "wednesday", "thursday",
                                                "friday", "saturday", "sunday"};

const UnitRow& row_of(TimeUnit unit) { return kUnits[static_cast<std::size_t>(unit)]; }

std::int64_t months_in(TimeUnit unit) {
  if (unit == TimeUnit::kYear) return 12;
  return unit == TimeUnit::kQuarter ? 3 : 1;
}

std::string lower_case(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

// A day of a month that has none such is its last.
std::int64_t add_months(std::int64_t local, std::int64_t months) {
  const CivilTime time = civil_time(local);
  const std::int64_t month = time.day.month - 1 + months;
  const std::int64_t year = time.day.year + floor_divide(month, 12);
  const auto of_year = static_cast<int>(floor_modulo(month, 12)) + 1;
  const int day = std::min(time.day.day, days_in_month(year, of_year));
  // In 128 bits by the caller's check: years stay within 10^9.
  return days_of(year, of_year, day) - time.days;
}

Status overflowed() { return {location(5166406), "dateAdd overflowed"}; }

Result<std::int64_t> add_milliseconds(std::int64_t utc, std::int64_t amount) {
  std::int64_t sum = 0;
  if (!__builtin_add_overflow(utc, amount, &sum)) return sum;
  return Status(ErrorCode::kDurationOverflow,
                fmt::format("Overflow while adding {}ms to {}ms", amount, utc));
}

// `days` later on the zone's clocks.
Result<std::int64_t> add_days(std::int64_t utc, std::int64_t days, const TimeZone& zone) {
  std::int64_t span = 0;
  std::int64_t moved = 0;
  if (__builtin_mul_overflow(days, kMillisecondsPerDay, &span) ||
      __builtin_add_overflow(zone.to_local(utc), span, &moved)) {
    return overflowed();
  }
  return zone.to_utc(moved, zone.daylight_saving(utc));
}

std::int64_t months_since_0(std::int64_t local) {
  const CivilDay day = civil_day(floor_divide(local, kMillisecondsPerDay));
  return day.year * 12 + day.month - 1;
}

}  // namespace

bool is_date_like(ValueView value) {
  return value.type() == BsonType::kDate || value.type() == BsonType::kTimestamp ||
         value.type() == BsonType::kObjectId;
}

std::int64_t date_like_milliseconds(ValueView value) {
  if (value.type() == BsonType::kDate) return value.as_date().milliseconds;
  if (value.type() == BsonType::kTimestamp) {
    return std::int64_t{value.as_timestamp().seconds} * kMillisecondsPerSecond;
  }
  const ObjectId id = value.as_object_id();
  std::uint32_t seconds = 0;
  for (int i = 0; i < 4; ++i) seconds = seconds << 8 | id.bytes[static_cast<std::size_t>(i)];
  return std::int64_t{static_cast<std::int32_t>(seconds)} * kMillisecondsPerSecond;
}

Result<std::int64_t> to_milliseconds(ValueView value) {
  if (is_date_like(value)) return date_like_milliseconds(value);
  return Status(location(16006),
                fmt::format("can't convert from BSON type {} to Date", type_of(value)));
}

Result<std::optional<TimeZone>> to_time_zone(ValueView value) {
  if (!value.has_value()) return std::optional<TimeZone>();
  if (!value.is_string()) {
    return Status(location(40517),
                  fmt::format("timezone must evaluate to a string, found {}", type_of(value)));
  }
  CAIRN_ASSIGN_OR_RETURN(const TimeZone zone, TimeZone::find(value.as_string()));
  return std::optional<TimeZone>(zone);
}

Status check_time_zone(ValueView value) { return to_time_zone(value).status(); }

Result<std::optional<TimeZone>> zone_argument(const Arguments& arguments, std::size_t i) {
  if (!arguments.given(i)) return std::optional<TimeZone>(TimeZone());
  CAIRN_ASSIGN_OR_RETURN(const ValueView value, arguments[i]);
  return to_time_zone(value);
}

std::string_view name_of(TimeUnit unit) { return row_of(unit).name; }

Result<TimeUnit> to_time_unit(std::string_view name, ValueView value) {
  if (!value.is_string()) {
    return Status(location(5439013), fmt::format("{} requires 'unit' to be a string, but got {}",
                                                 name, type_of(value)));
  }
  const auto* const row =
      std::ranges::find(kUnits, value.as_string(), [](const UnitRow& unit) { return unit.name; });
  if (row != kUnits.end()) return static_cast<TimeUnit>(row - kUnits.begin());
  return Status(ErrorCode::kFailedToParse,
                fmt::format("unknown time unit value: {}", value.as_string()));
}

Result<int> to_start_of_week(std::string_view name, ValueView value) {
  if (!value.is_string()) {
    return Status(
        location(5439015),
        fmt::format("{} requires 'startOfWeek' to be a string, but got {}", name, type_of(value)));
  }
  const std::string text = lower_case(value.as_string());
  for (std::size_t i = 0; i < kDays.size(); ++i) {
    if (text == kDays[i] || text == kDays[i].substr(0, 3)) return static_cast<int>(i) + 1;
  }
  return Status(location(5439016), fmt::format("{} parameter 'startOfWeek' value cannot be "
                                               "recognized as a day of a week: {}",
                                               name, value.as_string()));
}

Result<std::int64_t> date_add(std::int64_t utc, TimeUnit unit, std::int64_t amount,
                              const TimeZone& zone) {
  const UnitRow& row = row_of(unit);
  if (amount > row.most || amount < -row.most) {
    return Status(location(5976500),
                  fmt::format("invalid dateAdd 'amount' parameter value: {} {}", amount, row.name));
  }
  if (unit == TimeUnit::kMillisecond) return add_milliseconds(utc, amount);
  if (unit == TimeUnit::kDay) return add_days(utc, amount, zone);
  if (unit == TimeUnit::kWeek) return add_days(utc, amount * 7, zone);
  if (row.milliseconds == 0) {
    return add_days(utc, add_months(zone.to_local(utc), amount * months_in(unit)), zone);
  }
  std::int64_t span = 0;
  std::int64_t sum = 0;
  if (__builtin_mul_overflow(amount, row.milliseconds, &span) ||
      __builtin_add_overflow(utc, span, &sum)) {
    return overflowed();
  }
  return sum;
}

Result<std::int64_t> date_difference(std::int64_t begin, std::int64_t end, TimeUnit unit,
                                     const TimeZone& zone, int start_of_week) {
  if (unit == TimeUnit::kMillisecond) {
    std::int64_t difference = 0;
    if (!__builtin_sub_overflow(end, begin, &difference)) return difference;
    return Status(location(5166308), "dateDiff overflowed");
  }
  const UnitRow& row = row_of(unit);
  const std::int64_t from = zone.to_local(begin);
  const std::int64_t to = zone.to_local(end);
  switch (unit) {
    case TimeUnit::kYear:
    case TimeUnit::kQuarter:
    case TimeUnit::kMonth:
      return floor_divide(months_since_0(to), months_in(unit)) -
             floor_divide(months_since_0(from), months_in(unit));
    case TimeUnit::kWeek: {
      // 1970-01-05 was a Monday.
      const std::int64_t shift = 4 + start_of_week - 1;
      return floor_divide(floor_divide(to, kMillisecondsPerDay) - shift, 7) -
             floor_divide(floor_divide(from, kMillisecondsPerDay) - shift, 7);
    }
    case TimeUnit::kDay:
      return floor_divide(to, row.milliseconds) - floor_divide(from, row.milliseconds);
    default:
      // Clocks that were put back between did not undo the units that passed.
      return floor_divide(to, row.milliseconds) - floor_divide(from, row.milliseconds) -
             ((to - end) - (from - begin)) / row.milliseconds;
  }
}

}  // namespace cairn::expr
