// A zone's rule for all years to come, as POSIX's TZ writes it: "CET-1CEST,M3.5.0,M10.5.0/3".
#pragma once

#include "engine/expr/time_zone.h"

#include <optional>
#include <string_view>
#include <vector>

namespace cairn::expr {

class ZoneRule {
 public:
  static std::optional<ZoneRule> parse(std::string_view text);
  // The changes behind the last period, up to `end`. REQUIRES: not empty.
  void append_periods(std::int64_t end, std::vector<ZonePeriod>& periods) const;

 private:
  enum class Day : std::uint8_t { kOfMonth, kJulian, kOfYear };
  struct Change {
    Day kind = Day::kOfMonth;
    int month = 1;
    int week = 1;  // 5: the last
    int day = 0;   // Sunday is 0; or a day of the year
    std::int64_t time = 2 * kMillisecondsPerHour;
  };
  class Reader;

  // On the clocks that are changed.
  static std::int64_t local_moment(const Change& change, std::int64_t year);

  std::int64_t standard_ = 0;
  std::optional<std::int64_t> saving_;
  Change begin_;
  Change end_;
};

}  // namespace cairn::expr
