// Dates as text: ISO 8601 in UTC, to the millisecond, as Extended JSON writes them.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <cairn/bson.h>

namespace cairn {

// "2012-12-24T12:15:30Z", with ".501" where there are milliseconds. REQUIRES:
// is_written_as_iso8601(date).
std::string to_iso8601(Date date);

// From 1970 up to and including 9999: what relaxed Extended JSON writes as text.
bool is_written_as_iso8601(Date date);

// Years of four digits; seconds and up to nine decimals of them optional; "Z", "+02:00", "+0200",
// "+02" or none (UTC). nullopt where the text or the day does not exist.
std::optional<Date> parse_iso8601(std::string_view text);

}  // namespace cairn
