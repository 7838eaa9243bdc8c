// killAllSessions: ends every session of the given users; [] means everybody.
#include "compat/mongodb/command/state.h"
#include "compat/mongodb/commands/session/session_lists.h"

namespace cairn::mongodb {
namespace {

Status run(Call& call, DocumentBuilder&) {
  CAIRN_ASSIGN_OR_RETURN(const std::vector<DocumentView> users, pattern_list(call));
  // Without users nobody's sessions are those of a named one.
  if (!users.empty()) return {};
  const auto sessions = call.dialect.sessions.end_if([](const Sessions::Session&) { return true; });
  for (const SessionId& session : sessions) {
    if (session != call.generic.session) call.dialect.end_session(session);
  }
  return {};
}

}  // namespace

extern const Row row_kill_all_sessions = {
    .name = "killAllSessions", .help = "Ends all sessions of some users.", .run = run};

}  // namespace cairn::mongodb
