// endSessions: a client is done with its sessions. Their cursors die with them.
#include "compat/mongodb/command/state.h"
#include "compat/mongodb/commands/session/session_lists.h"

namespace cairn::mongodb {
namespace {

Status run(Call& call, DocumentBuilder&) {
  CAIRN_ASSIGN_OR_RETURN(const std::vector<SessionId> sessions, session_list(call));
  for (const SessionId& session : sessions) call.dialect.end_session(session);
  return {};
}

}  // namespace

extern const Row row_end_sessions = {.name = "endSessions",
                                     .help = "Ends sessions.",
                                     .in_api_v1 = true,
                                     .while_stopping = true,
                                     .run = run};

}  // namespace cairn::mongodb
