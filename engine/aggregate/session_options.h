// What $listLocalSessions and $listSessions are asked for.
#pragma once

#include <cairn/activity.h>
#include <cairn/bson.h>
#include <cairn/status.h>

#include <string_view>

namespace cairn::aggregate {

// Errors: TypeMismatch, IDLUnknownField, IDLFailedToParse, and 12 where both are asked for.
Result<Activity::Sessions> parse_session_options(std::string_view stage, ValueView specification);

}  // namespace cairn::aggregate
