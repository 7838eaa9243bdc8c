// $listLocalSessions: the sessions of clients that the server around the engine knows.
#include "engine/aggregate/listed.h"
#include "engine/aggregate/session_options.h"
#include "engine/aggregate/stage.h"

#include <utility>

namespace cairn::aggregate {
namespace {

class ListLocalSessions final : public Stage {
 public:
  ListLocalSessions(Activity::Sessions wanted, const Environment& environment)
      : wanted_(std::move(wanted)), environment_(environment) {}

  Result<StreamPtr> open(StreamPtr) override {
    if (environment_.activity == nullptr) return listed({});
    return listed(environment_.activity->sessions(wanted_));
  }

 private:
  Activity::Sessions wanted_;
  const Environment& environment_;
};

Result<StagePtr> parse_list_local_sessions(ValueView specification, Environment& environment) {
  CAIRN_ASSIGN_OR_RETURN(Activity::Sessions wanted,
                         parse_session_options("$listLocalSessions", specification));
  if (!environment.collection.empty()) {
    return Status(ErrorCode::kInvalidNamespace,
                  "$listLocalSessions must be run against the database with {aggregate: 1}");
  }
  return StagePtr(std::make_unique<ListLocalSessions>(std::move(wanted), environment));
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
