// $listLocalSessions: the sessions of clients that the server around the engine knows.
#include "engine/aggregate/session_options.h"

#include <utility>

namespace cairn::aggregate {
namespace {

Result<StagePtr> parse_list_local_sessions(ValueView specification, Environment& environment) {
  CAIRN_ASSIGN_OR_RETURN(Activity::Sessions wanted,
                         parse_session_options("$listLocalSessions", specification));
  if (!environment.collection.empty()) {
    return Status(ErrorCode::kInvalidNamespace,
                  "$listLocalSessions must be run against the database with {aggregate: 1}");
  }
  return sessions_stage(std::move(wanted), environment);
}

}  // namespace

extern const StageRow row_list_local_sessions{.name = "$listLocalSessions",
                                              .parse = parse_list_local_sessions,
                                              .place = Place::kFirst,
                                              .makes_documents = true,
                                              .without_collection = true,
                                              .in_facet = false,
                                              .in_transactions = false};

}  // namespace cairn::aggregate
