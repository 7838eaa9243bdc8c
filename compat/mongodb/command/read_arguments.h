// ReadArguments: a request's fields as the command's row wants them.
// Thread-safety: as the Call.
#pragma once

#include "compat/mongodb/command/command.h"

namespace cairn::mongodb {

// Reads the body and the sections of the call's request into its arguments, and what every command
// takes into `generic`. Errors: of take_field and check_required; 40415 for a field that is none.
Status read_arguments(Call& call);

}  // namespace cairn::mongodb
