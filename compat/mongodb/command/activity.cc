#include "compat/mongodb/command/activity.h"

#include <algorithm>
#include <array>
#include <ctime>

namespace cairn::mongodb {
namespace {

// A command that is larger is not shown where commands are to be truncated.
constexpr std::uint32_t kMaxShownBytes = 1024;

// SHA-256 of nothing: the digest by which MongoDB knows the sessions of nobody in particular.
constexpr std::array<std::uint8_t, 32> kNobody = {
    0xe3, 0xb0, 0xc4, 0x42, 0x98, 0xfc, 0x1c, 0x14, 0x9a, 0xfb, 0xf4, 0xc8, 0x99, 0x6f, 0xb9, 0x24,
    0x27, 0xae, 0x41, 0xe4, 0x64, 0x9b, 0x93, 0x4c, 0xa4, 0x95, 0x99, 0x1b, 0x78, 0x52, 0xb8, 0x55};

std::string_view operation_kind(const Row& row) {
  if (row.name == "find") return "query";
  if (row.name == "insert" || row.name == "update") return row.name;
  if (row.name == "delete") return "remove";
  return row.name == "getMore" ? "getmore" : "command";
}

std::string iso(Date date) {
  const auto seconds = static_cast<std::time_t>(date.milliseconds / 1000);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S+00:00", &parts);
  return text;
}

// The date of a moment of the steady clock.
Date date_of(DialectState::Clock::time_point moment) {
  const auto ago = DialectState::Clock::now() - moment;
  return {Date::now().milliseconds -
          std::chrono::duration_cast<std::chrono::milliseconds>(ago).count()};
}

void append_session(const std::optional<SessionId>& session, DocumentBuilder& out) {
  if (!session) return;
  out.begin_document("lsid");
  out.append("id", BinaryView{.subtype = kUuidSubtype, .bytes = session->uuid}).end();
}

void begin_entry(const ConnectionState& connection, bool active, DocumentBuilder& entry) {
  entry.append("type", "op")
      .append("host", connection.client.local_address)
      .append("desc", "conn" + std::to_string(connection.client.connection_id))
      .append("connectionId", connection.client.connection_id)
      .append("client", connection.client.remote_address)
      .append("active", active)
      .append("currentOpTime", iso(Date::now()));
}

Document describe_idle(const ConnectionState& connection) {
  DocumentBuilder entry;
  begin_entry(connection, false, entry);
  return entry.take();
}

// How far the build is that a createIndexes waits for.
void append_progress(const RunningOperation& operation,
                     const std::vector<Database::IndexBuildInfo>& builds, DocumentBuilder& entry) {
  for (const Database::IndexBuildInfo& build : builds) {
    if (build.database != operation.database || build.collection != operation.collection) continue;
    const std::int64_t total = std::max<std::int64_t>(build.documents_total, 1);
    const std::int64_t done = std::min(build.documents_done, total);
    entry.append("msg", "Index Build: scanning collection Index Build: scanning collection: " +
                            std::to_string(done) + "/" + std::to_string(total) + " " +
                            std::to_string(done * 100 / total) + "%");
    entry.begin_document("progress").append("done", done).append("total", total).end();
    return;
  }
}

// "$cmd" for a command without a collection.
std::string_view collection_of(const RunningOperation& operation) {
  if (!operation.collection.empty()) return operation.collection;
  if (operation.row->name == "aggregate") return "$cmd.aggregate";
  const ValueView of_cursor = operation.command["collection"];
  return operation.row->name == "getMore" && of_cursor.is_string() ? of_cursor.as_string() : "$cmd";
}

Document describe(const ConnectionState& connection, const RunningOperation& operation,
                  const Activity::Operations& wanted,
                  const std::vector<Database::IndexBuildInfo>& builds) {
  const auto running = std::chrono::duration_cast<std::chrono::microseconds>(
                           DialectState::Clock::now() - operation.started)
                           .count();
  DocumentBuilder entry;
  begin_entry(connection, true, entry);
  entry.append("opid", operation.id)
      .append("secs_running", static_cast<std::int64_t>(running / 1'000'000))
      .append("microsecs_running", static_cast<std::int64_t>(running))
      .append("op", operation_kind(*operation.row))
      .append("ns", full_name(operation.database, collection_of(operation)));
  if (operation.command.size() <= kMaxShownBytes || !wanted.truncate_commands) {
    entry.append("command", operation.command);
  } else {
    entry.begin_document("command").append("$truncated", operation.row->name).end();
  }
  if (operation.row->name == "createIndexes") append_progress(operation, builds, entry);
  append_session(operation.session, entry);
  return entry.take();
}

Document describe(const OpenCursor& cursor) {
  DocumentBuilder entry;
  entry.append("type", "idleCursor").append("ns", cursor.namespace_name);
  append_session(cursor.session, entry);
  entry.begin_document("cursor").append("cursorId", cursor.id);
  entry.append("createdDate", date_of(cursor.opened));
  entry.append("lastAccessDate", date_of(cursor.last_use));
  entry.append("noCursorTimeout", cursor.no_timeout).append("awaitData", cursor.await_data).end();
  return entry.take();
}

// A transaction between two of its commands.
Document describe(const SessionId& session, const SessionTransaction& transaction,
                  std::string_view host) {
  const auto open = std::chrono::duration_cast<std::chrono::microseconds>(
      SessionTransaction::Clock::now() - transaction.begun);
  DocumentBuilder entry;
  entry.append("type", "idleSession")
      .append("host", host)
      .append("desc", "inactive transaction")
      .append("active", false)
      .append("currentOpTime", iso(Date::now()));
  append_session(session, entry);
  entry.begin_document("transaction").begin_document("parameters");
  entry.append("txnNumber", transaction.txn_number).append("autocommit", false).end();
  entry.append("startWallClockTime", iso(date_of(transaction.begun)))
      .append("timeOpenMicros", std::int64_t{open.count()})
      .append("expiryTime", iso(date_of(transaction.expires)))
      .end();
  entry.append("waitingForLock", false);
  return entry.take();
}

}  // namespace

std::vector<Document> ClientActivity::operations(const Operations& wanted) const {
  std::vector<Document> entries;
  const std::vector<Database::IndexBuildInfo> builds = dialect_.database.index_builds();
  dialect_.for_each_connection(
      [&](const ConnectionState& connection, const RunningOperation* operation) {
        if (operation != nullptr) {
          entries.push_back(describe(connection, *operation, wanted, builds));
        } else if (wanted.idle_connections) {
          entries.push_back(describe_idle(connection));
        }
      });
  if (wanted.idle_sessions) {
    const std::string& host = dialect_.options.process.host;
    dialect_.transactions.for_each_idle(
        [&](const SessionId& session, const SessionTransaction& transaction) {
          entries.push_back(describe(session, transaction, host));
        });
  }
  if (!wanted.idle_cursors) return entries;
  dialect_.cursors.for_each_idle(
      [&](const OpenCursor& cursor) { entries.push_back(describe(cursor)); });
  return entries;
}

// There are no users yet: everybody's sessions are nobody's in particular, and no user has any.
std::vector<Document> ClientActivity::sessions(const Sessions& wanted) const {
  std::vector<Document> entries;
  if (!wanted.of_users.empty()) return entries;
  dialect_.sessions.for_each([&](const mongodb::Sessions::Session& session) {
    using Clock = mongodb::Sessions::Clock;
    const Clock::time_point last_use{Clock::duration(session.last_use.load())};
    DocumentBuilder entry;
    entry.begin_document("_id");
    entry.append("id", BinaryView{.subtype = kUuidSubtype, .bytes = session.id.uuid});
    entry.append("uid", BinaryView{.subtype = 0, .bytes = kNobody}).end();
    entry.append("lastUse", date_of(last_use));
    entries.push_back(entry.take());
  });
  return entries;
}

}  // namespace cairn::mongodb
