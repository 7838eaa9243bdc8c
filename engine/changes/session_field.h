// `lsid`, as the oplog and change events name the session of a change.
#pragma once

#include "engine/storage/change.h"

#include <cairn/bson.h>

namespace cairn::changes {

// Appends lsid: {id, uid}. Without users `uid` is what MongoDB has for nobody: the SHA-256 of "".
void append_session_field(const SessionStamp& session, DocumentBuilder& out);

}  // namespace cairn::changes
