// killSessions: ends the given sessions, their cursors and their running operations; [] means all.
#include "compat/mongodb/command/state.h"
#include "compat/mongodb/commands/session/session_lists.h"

namespace cairn::mongodb {
namespace {

Status run(Call& call, DocumentBuilder&) {
  CAIRN_ASSIGN_OR_RETURN(std::vector<SessionId> sessions, session_list(call));
  if (sessions.empty()) {
    sessions = call.dialect.sessions.end_if([](const Sessions::Session&) { return true; });
  }
  for (const SessionId& session : sessions) {
    // The session in which this very command runs would otherwise stop its own answer.
    if (session != call.generic.session) call.dialect.end_session(session);
  }
  return {};
}

}  // namespace

extern const Row row_kill_sessions = {
    .name = "killSessions", .help = "Ends sessions and what runs in them.", .run = run};

}  // namespace cairn::mongodb
