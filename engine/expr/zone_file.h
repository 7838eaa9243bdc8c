// The machine's own time zone database: /usr/share/zoneinfo, which operating systems keep up to
// date. Format: RFC 9636 (TZif), versions 2 and later.
#pragma once

#include "engine/expr/time_zone.h"

#include <optional>
#include <string_view>
#include <vector>

namespace cairn::expr {

// The periods of a zone up to `end`; nothing where the machine has no such zone.
std::optional<std::vector<ZonePeriod>> read_zone_file(std::string_view name, std::int64_t end);

// For tests: from a file's bytes.
std::optional<std::vector<ZonePeriod>> parse_zone_file(std::string_view bytes, std::int64_t end);

}  // namespace cairn::expr
