// A `hello` that waits until there is something new to say (`topologyVersion`, `maxAwaitTimeMS`).
// Source: the MongoDB specification "server-discovery-and-monitoring", "Streaming Protocol".
#pragma once

#include "compat/mongodb/command/command.h"

#include <cairn/status.h>

namespace cairn::mongodb {

// Waits, or gives the thread back for as long (Call::again_at). Errors: Location31368 (one of the
// two fields without the other), TypeMismatch, Location31382 (a version that never was),
// ShutdownInProgress.
Status await_hello(Call& call);

}  // namespace cairn::mongodb
