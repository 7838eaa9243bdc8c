// Numbers of milliseconds that $add and $subtract move a date by: rounded to whole ones.
#pragma once

#include <cairn/bson.h>
#include <cairn/status.h>

#include <optional>

namespace cairn::expr {

// nullopt where int64 does not hold it. Halves go away from zero in doubles, to even in decimals.
std::optional<std::int64_t> rounded_milliseconds(double number);
std::optional<std::int64_t> rounded_milliseconds(Decimal128 number);
std::optional<std::int64_t> rounded_milliseconds(ValueView number);  // REQUIRES: a number

// Overflow "date overflow".
Status date_overflow();

}  // namespace cairn::expr
