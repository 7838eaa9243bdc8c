// What is read out of a date's text, and the moment that it means.
#pragma once

#include "engine/expr/date_relative.h"
#include "engine/expr/time_zone.h"

#include <cairn/status.h>

#include <cstdint>
#include <optional>
#include <string_view>

namespace cairn::expr {

struct DateParts {
  std::optional<std::int64_t> year;
  std::optional<int> month;
  std::optional<int> day;
  std::optional<std::int64_t> iso_year;
  std::optional<int> iso_week;
  std::optional<int> iso_day;
  std::optional<int> hour;
  std::optional<int> minute;
  std::optional<int> second;
  int millisecond = 0;
  bool finer = false;                  // there was more of a second than milliseconds hold
  bool day_of_year = false;            // `day` is counted from the first of January
  std::optional<std::int64_t> offset;  // milliseconds east of Greenwich, where the text has a zone
  RelativeDate relative;               // "tomorrow", "+1 week"

  bool has_time() const { return hour.has_value() || minute.has_value() || second.has_value(); }
  void forget_time() {
    hour = minute = second = std::nullopt;
    millisecond = 0;
    finer = false;
  }
};

// Milliseconds since 1970, UTC. `zone` is what an argument says; nothing: UTC, or what the text
// says. Error: ConversionFailure for parts that are missing or do not exist, and for two zones.
Result<std::int64_t> moment_of(const DateParts& parts, std::string_view text,
                               const std::optional<TimeZone>& zone);

Status parse_failure(std::string_view text, std::string_view why);

// Reads an offset ("+02:00", "-0330", "+2", "Z") or a zone's abbreviation ("EST") off the front of
// `text`: milliseconds east of Greenwich, or nothing.
std::optional<std::int64_t> read_zone(std::string_view& text);

// Reads a month's name, whole or its first letters, off the front of `text`: 1 to 12, or nothing.
std::optional<int> read_month_name(std::string_view& text);

}  // namespace cairn::expr
