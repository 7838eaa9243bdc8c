// Moving a date by what its text says in relation to it: "+1 day", "last friday", "first day of
// next month", "3 weekdays ago".
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace cairn::expr {

struct RelativeDate {
  // Which day of the month it becomes after all else; or, for the weekdays, which one it starts at.
  enum class Edge : std::uint8_t { kNone, kFirstDay, kLastDay, kWeekdays, kLastWeekday };
  // Whether a weekday may be the day itself, or is one of the same week (from Monday on).
  enum class Self : std::uint8_t { kLater, kMayBe, kSameWeek };

  std::int64_t years = 0;
  std::int64_t months = 0;
  std::int64_t days = 0;
  std::int64_t milliseconds = 0;
  std::int64_t working_days = 0;  // Monday to Friday
  std::optional<int> weekday;     // 0 is Sunday; negative: before the day (-7: the Sunday before)
  Self self = Self::kLater;
  Edge edge = Edge::kNone;

  // Adds `amount` of a unit as it is written: "day", "Months", "fri", ….
  void add(std::int64_t amount, std::string_view unit, Self self);
  // "ago": what was said so far, backwards.
  void turn_back();
};

// 0 for "Sunday", "sun" or "sundays", to 6; nothing for the other units.
std::optional<int> read_weekday(std::string_view unit);

// The date moved by all but the milliseconds, as days since 1970-01-01.
std::int64_t moved_days(const RelativeDate& relative, std::int64_t year, std::int64_t month,
                        std::int64_t day);

}  // namespace cairn::expr
