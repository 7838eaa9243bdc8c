// replSetGetConfig: the configuration of the set, whose only member is this server.
#include "compat/mongodb/command/state.h"
#include "compat/mongodb/commands/handshake/hello_reply.h"

namespace cairn::mongodb {
namespace {

constexpr Field kFields[] = {
    {.name = "commitmentStatus", .types = kBool},
    {.name = "includeNewlyAdded", .types = kBool},
};

Status run(Call& call, DocumentBuilder& reply) {
  if (!call.dialect.replica_set()) {
    return {ErrorCode::kNoReplicationEnabled, "not running with --replSet"};
  }
  reply.begin_document("config")
      .append("_id", call.dialect.options.set_name)
      .append("version", std::int32_t{1})
      .append("term", std::int32_t{1})
      .begin_array("members")
      .push_document()
      .append("_id", std::int32_t{0})
      .append("host", advertised_address(call))
      .append("arbiterOnly", false)
      .append("buildIndexes", true)
      .append("hidden", false)
      .append("priority", std::int32_t{1})
      .begin_document("tags")
      .end()
      .append("secondaryDelaySecs", std::int64_t{0})
      .append("votes", std::int32_t{1})
      .end()
      .end()
      .append("protocolVersion", std::int64_t{1})
      .append("writeConcernMajorityJournalDefault", true)
      .begin_document("settings")
      .append("chainingAllowed", true)
      .append("heartbeatIntervalMillis", std::int32_t{2000})
      .begin_document("getLastErrorModes")
      .end()
      .end()
      .end();
  return {};
}

}  // namespace

extern const Row row_repl_set_get_config = {.name = "replSetGetConfig",
                                            .help = "Gives the replica set's configuration.",
                                            .cost = Cost::kInstant,
                                            .admin_only = true,
                                            .fields = kFields,
                                            .run = run};

}  // namespace cairn::mongodb
