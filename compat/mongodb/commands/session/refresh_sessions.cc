// refreshSessions: keeps sessions from expiring.
#include "compat/mongodb/command/state.h"
#include "compat/mongodb/commands/session/session_lists.h"

namespace cairn::mongodb {
namespace {

Status run(Call& call, DocumentBuilder&) {
  CAIRN_ASSIGN_OR_RETURN(const std::vector<SessionId> sessions, session_list(call));
  const auto now = DialectState::Clock::now();
  for (const SessionId& session : sessions) {
    CAIRN_RETURN_IF_ERROR(call.dialect.sessions.touch(session, now).status());
  }
  return {};
}

}  // namespace

extern const Row row_refresh_sessions = {.name = "refreshSessions",
                                         .help = "Keeps sessions from expiring.",
                                         .cost = Cost::kInstant,
                                         .in_api_v1 = true,
                                         .run = run};

}  // namespace cairn::mongodb
