// Source: PHP's manual, "Relative Formats", whose parser MongoDB shares; the order in which parts
// apply was observed there.
#include "engine/expr/date_relative.h"

#include "engine/expr/calendar.h"

#include <algorithm>
#include <cstdlib>
#include <string>

namespace cairn::expr {
namespace {

struct Unit {
  std::string_view name;  // as it is without its plural s
  std::int64_t RelativeDate::*field;
  std::int64_t times = 1;
};
constexpr Unit kRelativeUnits[] = {
    {"ms", &RelativeDate::milliseconds},
    {"msec", &RelativeDate::milliseconds},
    {"millisecond", &RelativeDate::milliseconds},
    {"sec", &RelativeDate::milliseconds, kMillisecondsPerSecond},
    {"second", &RelativeDate::milliseconds, kMillisecondsPerSecond},
    {"min", &RelativeDate::milliseconds, kMillisecondsPerMinute},
    {"minute", &RelativeDate::milliseconds, kMillisecondsPerMinute},
    {"hour", &RelativeDate::milliseconds, kMillisecondsPerHour},
    {"day", &RelativeDate::days},
    {"week", &RelativeDate::days, 7},
    {"fortnight", &RelativeDate::days, 14},
    {"forthnight", &RelativeDate::days, 14},
    {"month", &RelativeDate::months},
    {"year", &RelativeDate::years},
    {"weekday", &RelativeDate::working_days},
};

// In small letters, and without the plural's s.
std::string name_of(std::string_view unit) {
  std::string name(unit);
  std::ranges::transform(name, name.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  if (name.size() > 2 && name.ends_with('s')) name.pop_back();
  return name;
}

const Unit* find_unit(const std::string& name) {
  const auto* const found = std::ranges::find(kRelativeUnits, name, &Unit::name);
  return found == std::end(kRelativeUnits) ? nullptr : found;
}

std::int64_t to_weekday(const RelativeDate& relative, int today) {
  int wanted = *relative.weekday;
  if (relative.self == RelativeDate::Self::kSameWeek) {
    if (today == 0 && wanted != 0) wanted -= 7;
    if (today != 0 && wanted == 0) wanted = 7;
    return wanted - today;
  }
  if (wanted < 0) return -(7 - (std::abs(wanted) - today));
  const int later = wanted - today;
  const bool back = relative.days < 0;
  const int least = relative.self == RelativeDate::Self::kLater ? 1 : 0;
  return later < (back ? 0 : least) ? later + 7 : later;
}

// From a day of the week (1, Monday, to 7) over so many working days: the distance in days.
std::int64_t over_working_days(std::int64_t count, int from) {
  if (count == 0) return 0;
  const bool back = count < 0;
  if (back) {  // the same, mirrored: Friday is the first working day
    from = from <= 5 ? 6 - from : 13 - from;
    count = -count;
  }
  // A weekend counts as the working day before it.
  const int start = std::min(from, 5);
  const std::int64_t reached = start - 1 + count;  // working days since the first one of the week
  const std::int64_t distance = reached / 5 * 7 + reached % 5 + 1 - from;
  return back ? -distance : distance;
}

}  // namespace

std::optional<int> read_weekday(std::string_view unit) {
  constexpr std::string_view kFirstLetters[] = {"su", "mo", "tu", "we", "th", "fr", "sa"};
  const std::string name = name_of(unit);
  if (find_unit(name) != nullptr) return std::nullopt;
  const auto* const found = std::ranges::find(kFirstLetters, name.substr(0, 2));
  if (found == std::end(kFirstLetters)) return std::nullopt;
  return static_cast<int>(found - kFirstLetters);
}

void RelativeDate::add(std::int64_t amount, std::string_view unit, Self self_of_weekday) {
  if (const Unit* known = find_unit(name_of(unit)); known != nullptr) {
    this->*known->field += amount * known->times;
    return;
  }
  days += (amount > 0 ? amount - 1 : amount) * 7;
  weekday = read_weekday(unit);
  self = self_of_weekday;
}

void RelativeDate::turn_back() {
  for (std::int64_t* part : {&years, &months, &days, &milliseconds, &working_days}) *part = -*part;
  if (weekday) weekday = *weekday == 0 ? -7 : -*weekday;
}

std::int64_t moved_days(const RelativeDate& relative, std::int64_t year, std::int64_t month,
                        std::int64_t day) {
  using Edge = RelativeDate::Edge;
  std::int64_t months = relative.months;
  if (relative.edge == Edge::kWeekdays || relative.edge == Edge::kLastWeekday) {
    day = 1;
    month += months + (relative.edge == Edge::kLastWeekday ? 1 : 0);
    months = 0;
  }
  if (relative.weekday) {
    const std::int64_t days = days_of(year, month, day);
    const CivilDay moved = civil_day(days + to_weekday(relative, day_of_week(days) - 1));
    year = moved.year;
    month = moved.month;
    day = moved.day;
  }
  year += relative.years;
  month += months;
  day += relative.days;
  if (relative.edge == Edge::kFirstDay) day = 1;
  if (relative.edge == Edge::kLastDay) {
    day = 0;
    ++month;
  }
  const std::int64_t days = days_of(year, month, day);
  return days + over_working_days(relative.working_days, iso_day_of_week(days));
}

}  // namespace cairn::expr
