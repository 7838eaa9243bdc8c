// Dates from text in the many ways that people write them: "2017-02-08T12:10:40.787Z", "Feb 8th,
// 2017 10pm", "8.2.2017", "2017-W06-3", …
#pragma once

#include "engine/expr/date_parts_read.h"

namespace cairn::expr {

// Milliseconds since 1970, UTC; `zone` as in moment_of. Error: ConversionFailure.
Result<std::int64_t> read_date(std::string_view text, const std::optional<TimeZone>& zone);

}  // namespace cairn::expr
