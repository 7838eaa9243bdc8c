// What fail points (registry/fail_points.h) do to a command that runs.
// Thread-safety: of the call.
#pragma once

#include "compat/mongodb/command/command.h"

namespace cairn::mongodb {

// Before the command does anything. Waits where it is to be late, then says the error that it is to
// end with; with `call.drop_connection` nobody will read that. Notes a write concern error that
// `append_success` is to report. REQUIRES: any fail point is on.
Status fail_before_command(Call& call);

// After it has succeeded: sets `call.drop_connection` where the client is not to learn of a write.
void fail_after_command(Call& call);

// In a getMore that has its cursor.
Status fail_get_more(Call& call);

}  // namespace cairn::mongodb
