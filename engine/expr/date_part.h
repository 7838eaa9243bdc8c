// Operators that give one part of a date: {$year: date} or {$year: {date: …, timezone: …}}.
#pragma once

#include "engine/expr/calendar.h"
#include "engine/expr/expression.h"

namespace cairn::expr {

// The part, in the arena. `time` is what the zone's clocks show.
using DatePart = ValueView (*)(const CivilTime& time, Evaluation& evaluation);

// Errors: Location40535, Location40536, Location40539; when evaluated Location16006 and those of
// the time zone.
Result<ExpressionPtr> parse_date_part(std::string_view name, ValueView argument, const Scope& scope,
                                      DatePart part);

}  // namespace cairn::expr
