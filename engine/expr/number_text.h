// Numbers from text, as strictly as $convert reads them: no white space, nothing left over.
#pragma once

#include <cairn/bson.h>
#include <cairn/status.h>

#include <cstdint>
#include <string_view>

namespace cairn::expr {

// Errors (all): ConversionFailure. `base` is 2, 8, 10 or 16.
Result<std::int64_t> read_int64(std::string_view text, int base);
Result<std::int32_t> read_int32(std::string_view text, int base);
Result<double> read_double(std::string_view text);
Result<Decimal128> read_decimal(std::string_view text);

}  // namespace cairn::expr
