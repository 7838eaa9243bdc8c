// The proleptic Gregorian calendar and ISO 8601's weeks, for every moment that a BSON date holds:
// some 292 million years to either side of 1970.
#pragma once

#include <cstdint>

namespace cairn::expr {

inline constexpr std::int64_t kMillisecondsPerSecond = 1000;
inline constexpr std::int64_t kMillisecondsPerMinute = 60 * kMillisecondsPerSecond;
inline constexpr std::int64_t kMillisecondsPerHour = 60 * kMillisecondsPerMinute;
inline constexpr std::int64_t kMillisecondsPerDay = 24 * kMillisecondsPerHour;

// Rounded towards the past. REQUIRES: b > 0.
constexpr std::int64_t floor_divide(std::int64_t a, std::int64_t b) {
  return a / b - (a % b < 0 ? 1 : 0);
}
constexpr std::int64_t floor_modulo(std::int64_t a, std::int64_t b) {
  return a % b < 0 ? a % b + b : a % b;
}

// Clamped to what fits.
constexpr std::int64_t saturating_add(std::int64_t a, std::int64_t b) {
  std::int64_t sum = 0;
  if (!__builtin_add_overflow(a, b, &sum)) return sum;
  return b > 0 ? INT64_MAX : INT64_MIN;
}

struct CivilDay {
  std::int64_t year = 1970;
  int month = 1;  // 1 to 12
  int day = 1;    // 1 to 31
};

struct ClockTime {
  int hour = 0;
  int minute = 0;
  int second = 0;
  int millisecond = 0;
};

// Days and times of day are told apart from milliseconds since 1970-01-01T00:00 of the same clock
// ("local milliseconds", where the clock is a zone's).
struct CivilTime {
  CivilDay day;
  ClockTime clock;
  std::int64_t days = 0;  // since 1970-01-01
};
CivilTime civil_time(std::int64_t milliseconds);

// Days since 1970-01-01 of the first day of a month; months outside 1 to 12 run on into other
// years.
std::int64_t days_of_month(std::int64_t year, std::int64_t month);
// Days since 1970-01-01; a day outside its month runs on.
inline std::int64_t days_of(std::int64_t year, std::int64_t month, std::int64_t day) {
  return days_of_month(year, month) + day - 1;
}
CivilDay civil_day(std::int64_t days);

int days_in_month(std::int64_t year, int month);
int day_of_year(const CivilDay& day);      // 1 to 366
int iso_day_of_week(std::int64_t days);    // 1, Monday, to 7, Sunday
inline int day_of_week(std::int64_t days)  // 1, Sunday, to 7, Saturday
{
  return iso_day_of_week(days) % 7 + 1;
}

// ISO 8601: a week belongs to the year that its Thursday is in.
struct IsoWeek {
  std::int64_t year = 1970;
  int week = 1;  // 1 to 53
};
IsoWeek iso_week(std::int64_t days);
// Days since 1970-01-01 of a day of a week; weeks and days out of range run on.
std::int64_t days_of_iso_week(std::int64_t year, std::int64_t week, std::int64_t day);

// Weeks begin with Sunday; what is before the first is week 0.
int week_of_year(const CivilDay& day, std::int64_t days);

}  // namespace cairn::expr
