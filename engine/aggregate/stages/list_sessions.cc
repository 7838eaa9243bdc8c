// $listSessions: the sessions that MongoDB keeps in config.system.sessions, where alone it may be
// asked. Cairn keeps them in memory and has no such collection: the answer is what
// $listLocalSessions gives.
#include "engine/aggregate/listed.h"
#include "engine/aggregate/session_options.h"
#include "engine/aggregate/stage.h"

#include <utility>

namespace cairn::aggregate {
namespace {

class ListSessions final : public Stage {
 public:
  ListSessions(Activity::Sessions wanted, const Environment& environment)
      : wanted_(std::move(wanted)), environment_(environment) {}

  Result<StreamPtr> open(StreamPtr) override {
    if (environment_.activity == nullptr) return listed({});
    return listed(environment_.activity->sessions(wanted_));
  }

 private:
  Activity::Sessions wanted_;
  const Environment& environment_;
};

Result<StagePtr> parse_list_sessions(ValueView specification, Environment& environment) {
  CAIRN_ASSIGN_OR_RETURN(Activity::Sessions wanted,
                         parse_session_options("$listSessions", specification));
  if (environment.database != "config" || environment.collection != "system.sessions") {
    return Status(ErrorCode::kInvalidNamespace,
                  "$listSessions may only be run against config.system.sessions");
  }
  return StagePtr(std::make_unique<ListSessions>(std::move(wanted), environment));
}

}  // namespace

extern const StageRow row_list_sessions{.name = "$listSessions",
                                        .parse = parse_list_sessions,
                                        .place = Place::kFirst,
                                        .makes_documents = true,
                                        .in_facet = false,
                                        .in_transactions = false};

}  // namespace cairn::aggregate
