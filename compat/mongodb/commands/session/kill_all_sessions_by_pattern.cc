// killAllSessionsByPattern: ends the sessions that a pattern describes; [] means all.
#include "compat/mongodb/command/state.h"
#include "compat/mongodb/commands/session/session_lists.h"

namespace cairn::mongodb {
namespace {

// {lsid: …} names one session, {} all; {uid: …} and {users, roles} name users, of which there are
// none.
Status kill(Call& call, DocumentView pattern) {
  const ValueView lsid = pattern["lsid"];
  if (lsid.is_document()) {
    CAIRN_ASSIGN_OR_RETURN(const SessionId session, parse_session_id("lsid", lsid.as_document()));
    call.dialect.end_session(session);
    return {};
  }
  if (!pattern.empty()) return {};
  const auto sessions = call.dialect.sessions.end_if([](const Sessions::Session&) { return true; });
  for (const SessionId& session : sessions) {
    if (session != call.generic.session) call.dialect.end_session(session);
  }
  return {};
}

Status run(Call& call, DocumentBuilder&) {
  CAIRN_ASSIGN_OR_RETURN(const std::vector<DocumentView> patterns, pattern_list(call));
  if (patterns.empty()) return kill(call, {});
  for (DocumentView pattern : patterns) CAIRN_RETURN_IF_ERROR(kill(call, pattern));
  return {};
}

}  // namespace

extern const Row row_kill_all_sessions_by_pattern = {
    .name = "killAllSessionsByPattern",
    .help = "Ends the sessions that patterns describe.",
    .run = run};

}  // namespace cairn::mongodb
