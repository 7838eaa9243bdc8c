// serverStatus: the server's figures, in sections; {section: 0} leaves one out.
#include "compat/mongodb/command/server_version.h"
#include "compat/mongodb/command/state.h"
#include "compat/mongodb/commands/diagnostic/system_figures.h"
#include "compat/mongodb/commands/handshake/hello_reply.h"

namespace cairn::mongodb {
namespace {

constexpr std::int64_t kMegabyte = 1024 * 1024;

void append_process(const Call& call, DocumentBuilder& reply) {
  const ProcessInfo& process = call.dialect.options.process;
  const auto uptime = std::chrono::duration_cast<std::chrono::milliseconds>(
                          DialectState::Clock::now() - process.started)
                          .count();
  reply.append("host", process.host)
      .append("version", kServerVersion)
      .append("process", "cairn")
      .append("pid", process.pid)
      .append("uptime", static_cast<double>(uptime / 1000))
      .append("uptimeMillis", static_cast<std::int64_t>(uptime))
      .append("uptimeEstimate", static_cast<std::int64_t>(uptime / 1000))
      .append("localTime", Date::now());
}

void asserts(const Call& call, DocumentBuilder& section) {
  section.append("regular", std::int32_t{0})
      .append("warning", std::int32_t{0})
      .append("msg", std::int32_t{0})
      .append("user", call.dialect.metrics.user_errors.get())
      .append("rollovers", std::int32_t{0});
}

void connections(const Call& call, DocumentBuilder& section) {
  const ServerStatistics now = call.dialect.statistics();
  section.append("current", static_cast<std::int32_t>(now.connections_current))
      .append("available", static_cast<std::int32_t>(now.connections_available))
      .append("totalCreated", now.connections_created)
      .append("rejected", now.connections_rejected)
      .append("active", static_cast<std::int32_t>(now.connections_active));
}

void extra_info(const Call&, DocumentBuilder& section) {
  const ProcessUsage usage = process_usage();
  section.append("note", "fields vary by platform")
      .append("user_time_us", usage.user_us)
      .append("system_time_us", usage.system_us)
      .append("page_faults", usage.page_faults);
}

void logical_sessions(const Call& call, DocumentBuilder& section) {
  section.append("activeSessionsCount", call.dialect.sessions.count());
}

void memory(const Call&, DocumentBuilder& section) {
  const ProcessMemory used = process_memory();
  section.append("bits", std::int32_t{64})
      .append("resident", static_cast<std::int32_t>(used.resident_bytes / kMegabyte))
      .append("virtual", static_cast<std::int32_t>(used.virtual_bytes / kMegabyte))
      .append("supported", true);
}

void network(const Call& call, DocumentBuilder& section) {
  const ServerStatistics now = call.dialect.statistics();
  section.append("bytesIn", now.bytes_in)
      .append("bytesOut", now.bytes_out)
      .append("numRequests", now.requests)
      .append("numSlowOperations", now.slow_operations);
}

void append_latency(std::string_view name, const Latency& latency, DocumentBuilder& section) {
  section.begin_document(name)
      .append("latency", latency.microseconds.get())
      .append("ops", latency.operations.get())
      .end();
}

void op_latencies(const Call& call, DocumentBuilder& section) {
  append_latency("reads", call.dialect.metrics.reads, section);
  append_latency("writes", call.dialect.metrics.writes, section);
  append_latency("commands", call.dialect.metrics.other, section);
}

void op_counters(const Call& call, DocumentBuilder& section) {
  const Metrics& metrics = call.dialect.metrics;
  section.append("insert", metrics.inserts.get())
      .append("query", metrics.queries.get())
      .append("update", metrics.updates.get())
      .append("delete", metrics.deletes.get())
      .append("getmore", metrics.get_mores.get())
      .append("command", metrics.commands.get());
}

void replication(const Call& call, DocumentBuilder& section) {
  const std::string me = advertised_address(call);
  section.begin_array("hosts").push(me).end();
  section.append("setName", call.dialect.options.set_name)
      .append("setVersion", std::int32_t{1})
      .append("isWritablePrimary", true)
      .append("secondary", false)
      .append("primary", me)
      .append("me", me)
      .append("electionId", election_id());
}

void storage_engine(const Call&, DocumentBuilder& section) {
  section.append("name", kStorageEngine)
      .append("supportsCommittedReads", true)
      .append("readOnly", false)
      .append("persistent", true);
}

void transactions(const Call& call, DocumentBuilder& section) {
  const Transactions::Counts counts = call.dialect.transactions.counts();
  section.append("retriedCommandsCount", call.dialect.metrics.retried_commands.get())
      .append("retriedStatementsCount", call.dialect.metrics.retried_statements.get())
      .append("currentActive", counts.active)
      .append("currentInactive", counts.open - counts.active)
      .append("currentOpen", counts.open)
      .append("totalAborted", counts.aborted)
      .append("totalCommitted", counts.committed)
      .append("totalStarted", counts.started);
}

void append_cursor_metrics(const Cursors::Counts& counts, DocumentBuilder& section) {
  section.begin_document("cursor")
      .append("timedOut", counts.timed_out)
      .append("totalOpened", counts.opened)
      .begin_document("open")
      .append("noTimeout", counts.no_timeout)
      .append("pinned", counts.pinned)
      .append("total", counts.open)
      .end()
      .end();
}

void metrics_section(const Call& call, DocumentBuilder& section) {
  const Metrics& metrics = call.dialect.metrics;
  append_cursor_metrics(call.dialect.cursors.counts(), section);
  section.begin_document("document")
      .append("deleted", metrics.documents_deleted.get())
      .append("inserted", metrics.documents_inserted.get())
      .append("returned", metrics.documents_returned.get())
      .append("updated", metrics.documents_updated.get())
      .end()
      .begin_document("commands")
      .append("<UNKNOWN>", metrics.unknown_commands.get())
      .end()
      .append("ttl", call.engine().engine_status()["ttl"]);
}

void engine(const Call& call, DocumentBuilder& section) {
  section.append_all(call.engine().engine_status());
}

struct Section {
  std::string_view name;
  void (*append)(const Call&, DocumentBuilder&);
  bool replica_set_only = false;
};

constexpr Section kSections[] = {
    {"asserts", asserts},
    {"connections", connections},
    {"extra_info", extra_info},
    {"logicalSessionRecordCache", logical_sessions},
    {"mem", memory},
    {"metrics", metrics_section},
    {"network", network},
    {"opLatencies", op_latencies},
    {"opcounters", op_counters},
    {"repl", replication, true},
    {"storageEngine", storage_engine},
    {"transactions", transactions, true},
    {"cairn", engine},
};

Status run(Call& call, DocumentBuilder& reply) {
  append_process(call, reply);
  for (const Section& section : kSections) {
    const ValueView wanted = call.request.body[section.name];
    if (!wanted.missing() && !wanted.truthy()) continue;
    if (section.replica_set_only && !call.dialect.replica_set()) continue;
    reply.begin_document(section.name);
    section.append(call, reply);
    reply.end();
  }
  return {};
}

}  // namespace

extern const Row row_server_status = {.name = "serverStatus",
                                      .help = "Gives the server's figures.",
                                      .unknown_fields = true,  // sections
                                      .run = run};

}  // namespace cairn::mongodb
