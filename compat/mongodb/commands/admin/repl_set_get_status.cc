// replSetGetStatus: the state of the set, whose only member is this server.
#include "compat/mongodb/command/state.h"
#include "compat/mongodb/commands/handshake/hello_reply.h"

namespace cairn::mongodb {
namespace {

constexpr std::int64_t kTerm = 1;

constexpr Field kFields[] = {
    {.name = "initialSync", .types = kNumber},
};

void append_op_time(std::string_view name, Timestamp at, DocumentBuilder& reply) {
  reply.begin_document(name).append("ts", at).append("t", kTerm).end();
}

Date date_of(Timestamp at) { return {static_cast<std::int64_t>(at.seconds) * 1000}; }

void append_optimes(Timestamp last, DocumentBuilder& reply) {
  reply.begin_document("optimes");
  append_op_time("lastCommittedOpTime", last, reply);
  reply.append("lastCommittedWallTime", date_of(last));
  append_op_time("readConcernMajorityOpTime", last, reply);
  append_op_time("appliedOpTime", last, reply);
  reply.append("lastAppliedWallTime", date_of(last)).end();
}

void append_member(const Call& call, Timestamp last, DocumentBuilder& reply) {
  const auto uptime = std::chrono::duration_cast<std::chrono::seconds>(
      DialectState::Clock::now() - call.dialect.options.process.started);
  const Timestamp elected = call.dialect.started_at.timestamp();
  reply.push_document()
      .append("_id", std::int32_t{0})
      .append("name", advertised_address(call))
      .append("health", 1.0)
      .append("state", std::int32_t{1})
      .append("stateStr", "PRIMARY")
      .append("uptime", static_cast<std::int32_t>(uptime.count()));
  append_op_time("optime", last, reply);
  reply.append("optimeDate", date_of(last))
      .append("syncSourceHost", "")
      .append("syncSourceId", std::int32_t{-1})
      .append("infoMessage", "")
      .append("electionTime", elected)
      .append("electionDate", date_of(elected))
      .append("configVersion", std::int32_t{1})
      .append("configTerm", std::int32_t{1})
      .append("self", true)
      .append("lastHeartbeatMessage", "")
      .end();
}

Status run(Call& call, DocumentBuilder& reply) {
  if (!call.dialect.replica_set()) {
    return {ErrorCode::kNoReplicationEnabled, "not running with --replSet"};
  }
  const Timestamp last = call.dialect.operation_time().timestamp();
  reply.append("set", call.dialect.options.set_name)
      .append("date", Date::now())
      .append("myState", std::int32_t{1})
      .append("term", kTerm)
      .append("syncSourceHost", "")
      .append("syncSourceId", std::int32_t{-1})
      .append("heartbeatIntervalMillis", std::int64_t{2000})
      .append("majorityVoteCount", std::int32_t{1})
      .append("writeMajorityCount", std::int32_t{1})
      .append("votingMembersCount", std::int32_t{1})
      .append("writableVotingMembersCount", std::int32_t{1});
  append_optimes(last, reply);
  reply.begin_array("members");
  append_member(call, last, reply);
  reply.end();
  return {};
}

}  // namespace

extern const Row row_repl_set_get_status = {.name = "replSetGetStatus",
                                            .help = "Gives the state of the replica set.",
                                            .cost = Cost::kInstant,
                                            .admin_only = true,
                                            .fields = kFields,
                                            .run = run};

}  // namespace cairn::mongodb
