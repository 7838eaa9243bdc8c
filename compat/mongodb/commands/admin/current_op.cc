// currentOp: the operations that run just now.
#include "compat/mongodb/command/state.h"

#include <cairn/filter.h>

#include <ctime>

namespace cairn::mongodb {
namespace {

enum CurrentOpField { kAll, kOwnOps };
constexpr Field kFields[] = {
    {.name = "$all", .types = kBoolOrNumber},
    {.name = "$ownOps", .types = kBoolOrNumber},
};

// A command that is larger is not shown: currentOp must stay readable.
constexpr std::uint32_t kMaxShownBytes = 1024;
constexpr std::uint8_t kUuidSubtype = 4;

std::string_view operation_kind(const Row& row) {
  if (row.name == "find") return "query";
  if (row.name == "insert" || row.name == "update") return row.name;
  if (row.name == "delete") return "remove";
  return row.name == "getMore" ? "getmore" : "command";
}

std::string iso_now() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  gmtime_r(&now, &parts);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S+00:00", &parts);
  return text;
}

Document describe(const ConnectionState& connection, const RunningOperation& operation) {
  const auto running = std::chrono::duration_cast<std::chrono::microseconds>(
                           DialectState::Clock::now() - operation.started)
                           .count();
  DocumentBuilder entry;
  entry.append("type", "op")
      .append("host", connection.client.local_address)
      .append("desc", "conn" + std::to_string(connection.client.connection_id))
      .append("connectionId", connection.client.connection_id)
      .append("client", connection.client.remote_address)
      .append("active", true)
      .append("currentOpTime", iso_now())
      .append("opid", operation.id)
      .append("secs_running", static_cast<std::int64_t>(running / 1'000'000))
      .append("microsecs_running", static_cast<std::int64_t>(running))
      .append("op", operation_kind(*operation.row))
      .append("ns",
              full_name(operation.database, operation.collection.empty() ? std::string_view("$cmd")
                                                                         : operation.collection));
  if (operation.command.size() <= kMaxShownBytes) {
    entry.append("command", operation.command);
  } else {
    entry.begin_document("command").append("$truncated", operation.row->name).end();
  }
  if (operation.session) {
    entry.begin_document("lsid")
        .append("id", BinaryView{.subtype = kUuidSubtype, .bytes = operation.session->uuid})
        .end();
  }
  return entry.take();
}

// Every other field of the command is a filter on the entries.
Document read_filter(const Call& call) {
  DocumentBuilder filter;
  for (auto at = ++call.request.body.begin(); !at.at_end(); ++at) {
    const bool taken = field_index(kFields, at->name) >= 0 || generic_index(at->name) >= 0;
    if (!taken) filter.append(at->name, at->value);
  }
  return filter.take();
}

Status run(Call& call, DocumentBuilder& reply) {
  CAIRN_ASSIGN_OR_RETURN(const Filter filter, Filter::parse(read_filter(call)));
  std::vector<Document> entries;
  call.dialect.for_each_operation(
      [&](const ConnectionState& connection, const RunningOperation& operation) {
        entries.push_back(describe(connection, operation));
      });
  reply.begin_array("inprog");
  for (const Document& entry : entries) {
    CAIRN_ASSIGN_OR_RETURN(const bool wanted, filter.matches(entry));
    if (wanted) reply.push(entry);
  }
  reply.end();
  return {};
}

}  // namespace

extern const Row row_current_op = {.name = "currentOp",
                                   .help = "Lists the running operations.",
                                   .cost = Cost::kInstant,
                                   .admin_only = true,
                                   .while_stopping = true,
                                   .unknown_fields = true,
                                   .fields = kFields,
                                   .run = run};

}  // namespace cairn::mongodb
