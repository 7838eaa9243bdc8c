// The MongoDB dialect as the server sees it: one Dialect per server, one Connection per client.
// The server brings bytes, threads and sockets; everything that MongoDB's clients expect is here.
//
// A request's way: the server parses it (wire/mongodb), asks `cost` where it may run, calls `run`,
// which appends the reply's body to a buffer that already has room for the header, and sends that
// buffer: at once, or when `Reply::durable_after` is on disk. No thread waits for the disk.
//
// Thread-safety: Dialect is thread-safe. A Connection is used by one thread at a time (not always
// the same one), but for `interrupt`, which any thread may call at any time.
#pragma once

#include "wire/mongodb/message.h"

#include <cairn/bson.h>
#include <cairn/database.h>
#include <cairn/operation.h>
#include <cairn/status.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cairn::mongodb {

// What the server counts; all since it started unless said otherwise. For `serverStatus`.
struct ServerStatistics {
  std::int64_t connections_current = 0;
  std::int64_t connections_available = 0;
  std::int64_t connections_created = 0;
  std::int64_t connections_rejected = 0;
  std::int64_t connections_active = 0;  // running a command just now
  std::int64_t requests = 0;
  std::int64_t bytes_in = 0;  // as received, compressed or not
  std::int64_t bytes_out = 0;
  std::int64_t slow_operations = 0;
};

// The last lines of the log, oldest first, each a JSON document. For `getLog`.
struct LogTail {
  std::vector<std::string> lines;
  std::int64_t total_lines_written = 0;
};

// What the process is. For getCmdLineOpts, serverStatus, hostInfo, hello.
struct ProcessInfo {
  std::vector<std::string> argv;
  Document parsed_options;  // as `getCmdLineOpts.parsed` shows them
  std::string host;         // this machine's name
  std::int64_t pid = 0;
  std::vector<std::string> listening;  // "127.0.0.1:27017", each address that is listened on
  std::chrono::steady_clock::time_point started = std::chrono::steady_clock::now();
};

class FailPoints;  // registry/fail_points.h

struct DialectOptions {
  // Presents itself as a standalone server, not as a replica set of one.
  bool standalone = false;
  std::string set_name = "rs0";
  // "host:port" for `me` and `hosts`; empty: the address which that client reached.
  std::string advertise;
  // Commands that only tests need.
  bool test_commands = false;
  // What configureFailPoint sets. A server that wants `cairnAtStep` makes it before its database,
  // for OpenOptions::at_step; null: the dialect makes its own.
  std::shared_ptr<FailPoints> fail_points;
  ProcessInfo process;
  // May be empty (then: no lines, zeros, the shutdown command is refused). Called from any thread.
  std::function<LogTail(std::string_view name)> log_tail;  // "global", "startupWarnings"
  std::function<ServerStatistics()> statistics;
  std::function<void()> request_shutdown;  // returns at once; the server then stops gracefully
};

struct ClientInfo {
  std::string remote_address;      // "127.0.0.1:51324"
  std::string local_address;       // "host:port" that the client reached
  std::int64_t connection_id = 0;  // unique in this process, from 1
};

// Where a command may run, by its name and a glance at its arguments.
enum class Cost : std::uint8_t {
  kInstant,  // never waits for storage: ping, hello, killOp, endSessions, …; always answered
  kShort,    // bounded work: reads by `_id`, writes
  kLong,     // may take seconds: scans, aggregate, getMore, count, distinct, createIndexes, …
};

// Wakes a request that waits (Reply::again_at). From any thread, at any time, and more often than
// needed; quick.
using Waker = std::function<void()>;

// The fate of a reply whose body `run` has written.
struct Reply {
  // Nothing was written: run the same request again when its waker is called, and at this time.
  std::optional<std::chrono::steady_clock::time_point> again_at;
  // Send when the observer has been told success; after a failure `write_error_reply` in its place.
  bool pending = false;
  // Send when this write and all before it are on disk; nullopt: at once. If the disk fails, the
  // server sends `write_error_reply` in its place.
  std::optional<OpTime> durable_after;
  // The reply says that another follows: run the request again once it is sent.
  bool more_to_come = false;
  // Close the connection once the reply is out.
  bool close_after = false;
  // Close it without a reply: what tests ask for.
  bool drop = false;
};

class Connection;

class Dialect {
 public:
  // REQUIRES: `database` outlives the dialect.
  Dialect(Database& database, DialectOptions options);
  // REQUIRES: no Connection is left.
  ~Dialect();
  Dialect(const Dialect&) = delete;
  Dialect& operator=(const Dialect&) = delete;

  std::unique_ptr<Connection> connect(ClientInfo client);

  // Stops every running command with InterruptedAtShutdown, and answers every later one (but for
  // ping and the like) with ShutdownInProgress; who waits for a hello is told at once. Returns at
  // once.
  void begin_shutdown();
  // Ends idle cursors and sessions; the server calls it about once a second.
  void expire();

 private:
  friend class Connection;
  struct State;
  std::unique_ptr<State> state_;
};

class Connection {
 public:
  ~Connection();  // ends what is bound to the connection
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // Never fails, reads little, allocates nothing.
  Cost cost(const wire::mongodb::Request& request) const;

  // Runs the command and appends exactly one BSON document to `body`, an error's too: the caller
  // has its header in front of it already. With `request.more_to_come` the body is thrown away.
  // With an observer, small writes may be left pending (WriteOptions::observer). With a waker, a
  // request that has to wait for something to happen may ask to be run again (Reply::again_at)
  // instead of keeping the thread; without one it waits here.
  Reply run(const wire::mongodb::Request& request, std::string& body,
            CommitObserver* observer = nullptr, const Waker* waker = nullptr);

  // Stops the running command, if any (the client has gone, or the server must end).
  void interrupt(ErrorCode code = ErrorCode::kInterrupted);

 private:
  friend class Dialect;
  struct State;
  explicit Connection(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

// Appends the document of an error as MongoDB shapes it ({ok: 0.0, errmsg, code, codeName, …}); for
// requests that never become a command (malformed BSON, unknown flags) and for disks that fail.
void write_error_reply(const Status& status, std::string& body);

}  // namespace cairn::mongodb
