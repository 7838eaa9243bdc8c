// $listSessions: the sessions that MongoDB keeps in config.system.sessions, where alone it may be
// asked. Cairn keeps them in memory and has no such collection: the answer is what
// $listLocalSessions gives.
#include "engine/aggregate/session_options.h"

#include <utility>

namespace cairn::aggregate {
namespace {

Result<StagePtr> parse_list_sessions(ValueView specification, Environment& environment) {
  CAIRN_ASSIGN_OR_RETURN(Activity::Sessions wanted,
                         parse_session_options("$listSessions", specification));
  if (environment.database != "config" || environment.collection != "system.sessions") {
    return Status(ErrorCode::kInvalidNamespace,
                  "$listSessions may only be run against config.system.sessions");
  }
  return sessions_stage(std::move(wanted), environment);
}

}  // namespace

extern const StageRow row_list_sessions{.name = "$listSessions",
                                        .parse = parse_list_sessions,
                                        .place = Place::kFirst,
                                        .makes_documents = true,
                                        .in_facet = false,
                                        .in_transactions = false};

}  // namespace cairn::aggregate
