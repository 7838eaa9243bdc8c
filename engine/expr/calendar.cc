// Days are counted in years that begin in March, so that the leap day is the last: H. Hinnant,
// "chrono-Compatible Low-Level Date Algorithms".
#include "engine/expr/calendar.h"

namespace cairn::expr {
namespace {

constexpr std::int64_t kYearsPerEra = 400;
constexpr std::int64_t kDaysPerEra = 146097;
constexpr std::int64_t kEpochInEra = 719468;  // 1970-01-01, counted from 0000-03-01
constexpr std::int64_t kThursday = 4;

bool is_leap(std::int64_t year) { return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0); }

}  // namespace

CivilTime civil_time(std::int64_t milliseconds) {
  CivilTime time;
  time.days = floor_divide(milliseconds, kMillisecondsPerDay);
  time.day = civil_day(time.days);
  const auto of_day = static_cast<int>(floor_modulo(milliseconds, kMillisecondsPerDay));
  time.clock = {.hour = of_day / 3'600'000,
                .minute = of_day / 60'000 % 60,
                .second = of_day / 1000 % 60,
                .millisecond = of_day % 1000};
  return time;
}

std::int64_t days_of_month(std::int64_t year, std::int64_t month) {
  const std::int64_t months = month - 3;  // since March
  const std::int64_t y = year + floor_divide(months, 12);
  const std::int64_t m = floor_modulo(months, 12);
  const std::int64_t era = floor_divide(y, kYearsPerEra);
  const std::int64_t of_era = y - era * kYearsPerEra;
  const std::int64_t day_of_era = of_era * 365 + of_era / 4 - of_era / 100 + (153 * m + 2) / 5;
  return era * kDaysPerEra + day_of_era - kEpochInEra;
}

CivilDay civil_day(std::int64_t days) {
  const std::int64_t shifted = days + kEpochInEra;
  const std::int64_t era = floor_divide(shifted, kDaysPerEra);
  const auto of_era = static_cast<std::uint32_t>(shifted - era * kDaysPerEra);
  const std::uint32_t year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
  const std::uint32_t of_year = of_era - (365 * year + year / 4 - year / 100);
  const std::uint32_t m = (5 * of_year + 2) / 153;
  CivilDay day;
  day.day = static_cast<int>(of_year - (153 * m + 2) / 5 + 1);
  day.month = static_cast<int>(m < 10 ? m + 3 : m - 9);
  day.year = era * kYearsPerEra + year + (day.month <= 2 ? 1 : 0);
  return day;
}

int days_in_month(std::int64_t year, int month) {
  if (month == 2) return is_leap(year) ? 29 : 28;
  return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

int day_of_year(const CivilDay& day) {
  constexpr int kBefore[] = {0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334};
  return kBefore[day.month - 1] + day.day + (day.month > 2 && is_leap(day.year) ? 1 : 0);
}

int iso_day_of_week(std::int64_t days) {
  return static_cast<int>(floor_modulo(days + kThursday - 1, 7)) + 1;
}

IsoWeek iso_week(std::int64_t days) {
  const CivilDay thursday = civil_day(days - iso_day_of_week(days) + kThursday);
  return {thursday.year, (day_of_year(thursday) - 1) / 7 + 1};
}

std::int64_t days_of_iso_week(std::int64_t year, std::int64_t week, std::int64_t day) {
  const std::int64_t in_week_1 = days_of(year, 1, 4);
  return in_week_1 - iso_day_of_week(in_week_1) + (week - 1) * 7 + day;
}

int week_of_year(const CivilDay& day, std::int64_t days) {
  return (day_of_year(day) + 7 - day_of_week(days)) / 7;
}

}  // namespace cairn::expr
