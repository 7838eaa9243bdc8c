#include "compat/mongodb/commands/handshake/await_hello.h"

#include "compat/mongodb/command/state.h"
#include "compat/mongodb/commands/handshake/hello_reply.h"

#include <fmt/format.h>

#include <string>

namespace cairn::mongodb {
namespace {

using Clock = DialectState::Clock;

struct Version {
  ObjectId process;
  std::int64_t counter = 0;
};

Result<Version> read_version(DocumentView version) {
  const ValueView process = version["processId"];
  const ValueView counter = version["counter"];
  if (process.type() != BsonType::kObjectId || counter.type() != BsonType::kInt64) {
    return Status(ErrorCode::kTypeMismatch,
                  "'topologyVersion' must be {processId: <ObjectId>, counter: <long>}");
  }
  return Version{process.as_object_id(), counter.as_int64()};
}

// Until the version is another, or the time has come.
void wait(Call& call, std::int64_t seen, Clock::time_point until) {
  Topology& topology = call.dialect.topology;
  if (call.waker == nullptr) return topology.wait(seen, until);
  call.again_at = until;
  topology.call_when_changed(&call.connection, seen, *call.waker);
}

}  // namespace

Status await_hello(Call& call) {
  const Arguments& arguments = call.arguments;
  const bool has_version = arguments.has(kTopologyVersion);
  if (has_version != arguments.has(kMaxAwaitTime)) {
    return {location(31368),
            has_version ? "A request with a 'topologyVersion' must include 'maxAwaitTimeMS'"
                        : "A request with 'maxAwaitTimeMS' must include a 'topologyVersion'"};
  }
  if (!has_version) return {};
  CAIRN_ASSIGN_OR_RETURN(const Version version, read_version(arguments.document(kTopologyVersion)));
  if (version.process != call.dialect.process_id) return {};
  const std::int64_t current = call.dialect.topology.version();
  if (version.counter > current) {
    return {location(31382),
            fmt::format("Received a topology version with counter: {} which is greater than the "
                        "server topology version counter: {}",
                        version.counter, current)};
  }
  call.more_to_come = call.request.exhaust_allowed && call.waker != nullptr;
  const auto now = Clock::now();
  const auto until = call.connection.waits_until.value_or(
      now + std::chrono::milliseconds(arguments.integer(kMaxAwaitTime)));
  if (version.counter == current && now < until && !call.dialect.stopping.load()) {
    wait(call, current, until);
  }
  return {};
}

}  // namespace cairn::mongodb
