// What $listLocalSessions and $listSessions are asked for, and the stage that answers both.
#pragma once

#include "engine/aggregate/stage.h"

#include <cairn/activity.h>
#include <cairn/bson.h>
#include <cairn/status.h>

#include <string_view>

namespace cairn::aggregate {

// Errors: TypeMismatch, IDLUnknownField, IDLFailedToParse, and 12 where both are asked for.
Result<Activity::Sessions> parse_session_options(std::string_view stage, ValueView specification);

// The sessions of clients that the server around the engine knows. `environment` outlives it.
StagePtr sessions_stage(Activity::Sessions wanted, const Environment& environment);

}  // namespace cairn::aggregate
