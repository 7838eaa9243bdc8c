// Dates from text by a format, as $dateFromString reads them.
#pragma once

#include "engine/expr/date_parts_read.h"

namespace cairn::expr {

// REQUIRES: check_date_format(format, kReadSpecifiers). Error: ConversionFailure.
Result<DateParts> read_by_format(std::string_view text, std::string_view format);

}  // namespace cairn::expr
