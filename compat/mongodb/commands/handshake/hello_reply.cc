#include "compat/mongodb/commands/handshake/hello_reply.h"

#include "compat/mongodb/command/reply.h"
#include "compat/mongodb/command/state.h"
#include "compat/mongodb/commands/handshake/await_hello.h"

#include <cairn/limits.h>

#include <array>

namespace cairn::mongodb {
namespace {

constexpr std::array<std::string_view, 3> kCompressors = {"snappy", "zlib", "zstd"};
constexpr std::int64_t kElectionTerm = 1;

void append_op_time(std::string_view name, Timestamp at, DocumentBuilder& reply) {
  reply.begin_document(name).append("ts", at).append("t", kElectionTerm).end();
}

void append_last_write(const Call& call, DocumentBuilder& reply) {
  const Timestamp at = call.dialect.operation_time().timestamp();
  const Date date{static_cast<std::int64_t>(at.seconds) * 1000};
  reply.begin_document("lastWrite");
  append_op_time("opTime", at, reply);
  reply.append("lastWriteDate", date);
  append_op_time("majorityOpTime", at, reply);
  reply.append("majorityWriteDate", date).end();
}

void append_replica_set(const Call& call, std::string_view writable_field, DocumentBuilder& reply) {
  const std::string me = advertised_address(call);
  reply.begin_array("hosts").push(me).end();
  reply.append("setName", call.dialect.options.set_name)
      .append("setVersion", std::int32_t{1})
      .append(writable_field, true)
      .append("secondary", false)
      .append("primary", me)
      .append("me", me)
      .append("electionId", election_id());
  append_last_write(call, reply);
}

// The client's list of compressors as far as they are ours, in its order.
void append_compression(DocumentView wanted, DocumentBuilder& reply) {
  bool open = false;
  for (const Element& name : wanted) {
    for (std::string_view known : kCompressors) {
      if (!name.value.is_string() || name.value.as_string() != known) continue;
      if (!open) reply.begin_array("compression");
      open = true;
      reply.push(known);
    }
  }
  if (open) reply.end();
}

// The first hello says what the client is; what later ones say is not looked at.
void note_client(Call& call) {
  if (call.connection.said_hello) return;
  call.connection.said_hello = true;
  call.connection.client_metadata = Document(call.arguments.document(kClient));
}

}  // namespace

ObjectId election_id() { return {{0x7f, 0xff, 0xff, 0xff, 0, 0, 0, 0, 0, 0, 0, 1}}; }

std::string advertised_address(const Call& call) {
  const std::string& advertise = call.dialect.options.advertise;
  return advertise.empty() ? call.connection.client.local_address : advertise;
}

Status say_hello(Call& call, std::string_view writable_field, DocumentBuilder& reply) {
  const Arguments& arguments = call.arguments;
  CAIRN_RETURN_IF_ERROR(await_hello(call));
  if (call.again_at) return {};
  if (call.dialect.stopping.load()) return server_stops();
  note_client(call);
  if (arguments.boolean(kHelloOk)) reply.append("helloOk", true);
  append_topology_version(call.dialect, reply);
  if (call.dialect.replica_set()) {
    append_replica_set(call, writable_field, reply);
  } else {
    reply.append(writable_field, true);
  }
  reply.append("maxBsonObjectSize", static_cast<std::int32_t>(kMaxDocumentBytes))
      .append("maxMessageSizeBytes", static_cast<std::int32_t>(kMaxMessageBytes))
      .append("maxWriteBatchSize", static_cast<std::int32_t>(kMaxWriteBatchSize))
      .append("localTime", Date::now())
      .append("logicalSessionTimeoutMinutes", static_cast<std::int32_t>(kSessionTimeoutMinutes))
      .append("connectionId", static_cast<std::int32_t>(call.connection.client.connection_id))
      .append("minWireVersion", kMinWireVersion)
      .append("maxWireVersion", kMaxWireVersion)
      .append("readOnly", false);
  if (arguments.has(kCompression)) append_compression(arguments.document(kCompression), reply);
  return {};
}

}  // namespace cairn::mongodb
