#include "compat/mongodb/commands/crud/explained.h"

#include "compat/mongodb/command/server_version.h"
#include "compat/mongodb/command/state.h"

#include <charconv>

namespace cairn::mongodb {
namespace {

// Of the first address that is listened on; 0 without one.
std::int32_t port_of(const ProcessInfo& process) {
  if (process.listening.empty()) return 0;
  const std::string& address = process.listening.front();
  const std::size_t colon = address.rfind(':');
  std::int32_t port = 0;
  if (colon != std::string::npos) {
    std::from_chars(address.data() + colon + 1, address.data() + address.size(), port);
  }
  return port;
}

}  // namespace

void append_explained(const Call& call, DocumentView command, const Document& explained,
                      DocumentBuilder& reply) {
  reply.append_all(explained);
  reply.begin_document("command");
  for (const Element& field : command) {
    const bool generic = field.name == "lsid" || field.name.starts_with('$');
    if (!generic) reply.append(field.name, field.value);
  }
  reply.append("$db", call.database()).end();
  const ProcessInfo& process = call.dialect.options.process;
  reply.begin_document("serverInfo")
      .append("host", process.host)
      .append("port", port_of(process))
      .append("version", kServerVersion)
      .append("gitVersion", version())
      .end();
}

}  // namespace cairn::mongodb
