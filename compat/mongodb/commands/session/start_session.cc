// startSession: a fresh session id.
#include "compat/mongodb/command/state.h"

#include <cairn/limits.h>

#include <random>

namespace cairn::mongodb {
namespace {

// A random UUID (RFC 4122, version 4).
SessionId fresh_session_id() {
  static thread_local std::random_device random;
  SessionId id;
  for (std::uint8_t& byte : id.uuid) byte = static_cast<std::uint8_t>(random());
  id.uuid[6] = static_cast<std::uint8_t>((id.uuid[6] & 0x0F) | 0x40);
  id.uuid[8] = static_cast<std::uint8_t>((id.uuid[8] & 0x3F) | 0x80);
  return id;
}

Status run(Call& call, DocumentBuilder& reply) {
  const SessionId id = fresh_session_id();
  CAIRN_RETURN_IF_ERROR(call.dialect.sessions.touch(id, DialectState::Clock::now()).status());
  reply.begin_document("id")
      .append("id", BinaryView{.subtype = kUuidSubtype, .bytes = id.uuid})
      .end()
      .append("timeoutMinutes", static_cast<std::int32_t>(kSessionTimeoutMinutes));
  return {};
}

}  // namespace

extern const Row row_start_session = {
    .name = "startSession", .help = "Begins a session.", .cost = Cost::kInstant, .run = run};

}  // namespace cairn::mongodb
