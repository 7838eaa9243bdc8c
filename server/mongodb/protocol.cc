#include "server/mongodb/protocol.h"

#include "server/mongodb/session.h"

#include <string>

namespace cairn::server {
namespace {

constexpr std::uint32_t kLongestLoggedValue = 512;
constexpr std::size_t kLongestLoggedCommand = 4096;

std::string namespace_of(const wire::mongodb::Request& request) {
  if (request.kind == wire::mongodb::RequestKind::kQuery) {
    return std::string(request.full_collection_name);
  }
  const ValueView database = request.body["$db"];
  std::string name(database.is_string() ? database.as_string() : "");
  if (request.body.empty()) return name;
  const ValueView collection = request.body.begin()->value;
  return name + "." + std::string(collection.is_string() ? collection.as_string() : "$cmd");
}

// The command without what would make the line too long, and without secrets.
Document abridged(DocumentView command) {
  DocumentBuilder builder;
  if (command.empty() || !wire::mongodb::may_compress(command.begin()->name)) return builder.take();
  for (const Element& element : command) {
    if (builder.size() > kLongestLoggedCommand) break;
    if (element.value.size() <= kLongestLoggedValue) {
      builder.append(element.name, element.value);
    } else {
      builder.append(element.name, "(" + std::to_string(element.value.size()) + " bytes)");
    }
  }
  return builder.take();
}

}  // namespace

std::unique_ptr<net::Session> MongoProtocol::connect(const net::Client& client) {
  auto connection = dialect_->connect({.remote_address = client.remote_address,
                                       .local_address = client.local_address,
                                       .connection_id = client.connection_id});
  return std::make_unique<MongoSession>(*this, client, std::move(connection));
}

void MongoProtocol::log_slow(const wire::mongodb::Request& request, const net::Client& client,
                             std::chrono::milliseconds took, std::size_t reply_bytes) {
  ++slow_operations_;
  const std::string_view name =
      request.body.empty() ? std::string_view() : request.body.begin()->name;
  log_.info("COMMAND", "Slow query",
            document("type", "command", "ns", namespace_of(request), "commandName", name, "command",
                     abridged(request.body), "reslen", static_cast<std::int64_t>(reply_bytes),
                     "remote", client.remote_address, "connectionId", client.connection_id,
                     "durationMillis", static_cast<std::int64_t>(took.count())));
}

}  // namespace cairn::server
