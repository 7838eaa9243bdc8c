// Dates as text by a format ("%Y-%m-%dT%H:%M:%S"). Source: MongoDB's manual, "Format Specifiers".
#pragma once

#include "engine/expr/time_zone.h"

#include <cairn/status.h>

#include <string>
#include <string_view>

namespace cairn::expr {

// What may follow a '%': for writing, for reading.
inline constexpr std::string_view kWrittenSpecifiers = "dGHjLmMSuUVwYzZbB%";
inline constexpr std::string_view kReadSpecifiers = "dGHjLmMSuVYzZbB%";

// Errors: Location18535 (a '%' at the end), Location18536 (one that nothing is known of).
Status check_date_format(std::string_view format, std::string_view specifiers);

// Appends. REQUIRES: check_date_format. Error: Location18537 for a year past 0 to 9999.
Status write_date(std::string_view format, std::int64_t utc, const TimeZone& zone,
                  std::string& out);

extern const std::string_view kMonthNames[12];  // "January", …

}  // namespace cairn::expr
