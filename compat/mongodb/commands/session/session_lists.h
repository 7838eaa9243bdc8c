// Lists of sessions and users as the session commands take them.
// Thread-safety: pure functions.
#pragma once

#include "compat/mongodb/command/command.h"

#include <cairn/operation.h>
#include <cairn/status.h>

#include <vector>

namespace cairn::mongodb {

// The first argument of endSessions, refreshSessions, killSessions: [{id: UUID}, …].
Result<std::vector<SessionId>> session_list(const Call& call);

// The first argument of the killAllSessions family: an array of documents, which name users or
// roles. There are no users yet: only an empty list means anybody.
Result<std::vector<DocumentView>> pattern_list(const Call& call);

}  // namespace cairn::mongodb
