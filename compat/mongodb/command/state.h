// What a Dialect and a Connection hold. Commands reach it through their Call.
// Thread-safety: said member by member.
#pragma once

#include "compat/mongodb/command/command.h"
#include "compat/mongodb/command/metrics.h"
#include "compat/mongodb/dialect.h"
#include "compat/mongodb/registry/cursors.h"
#include "compat/mongodb/registry/fail_points.h"
#include "compat/mongodb/registry/sessions.h"
#include "compat/mongodb/registry/topology.h"
#include "compat/mongodb/registry/transactions.h"

#include <cairn/database.h>
#include <cairn/limits.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_set>
#include <vector>

namespace cairn::mongodb {

// A command while it runs. Lives on the stack of `Connection::run`; in its connection while it
// waits without a thread.
struct RunningOperation {
  using Clock = std::chrono::steady_clock;
  std::int64_t id = 0;
  const Row* row = nullptr;
  std::string_view database;
  std::string_view collection;
  DocumentView command;  // the request's body
  std::optional<SessionId> session;
  Clock::time_point started;
  Interrupt* interrupt = nullptr;
  const std::function<void()>* waker = nullptr;  // while it waits without a thread
};

// Of a request that has given its thread back: what others see of it, and end it by.
struct WaitingOperation {
  Interrupt interrupt;
  RunningOperation operation;
};

struct ConnectionState {
  ConnectionState(DialectState& dialect_, ClientInfo client_)
      : dialect(dialect_), client(std::move(client_)) {}

  DialectState& dialect;
  const ClientInfo client;

  // Used by the thread that runs the command.
  Document client_metadata;  // of the first hello
  bool said_hello = false;
  Sessions::SessionPtr last_session;
  // Of a request that has given its thread back: when it stops to wait.
  std::optional<std::chrono::steady_clock::time_point> waits_until;
  std::unique_ptr<WaitingOperation> waits;
  bool reads_changes = false;              // its last getMore was of a change stream
  std::vector<DocumentView> scratch;       // array arguments; keeps its memory
  std::vector<DocumentView> more_scratch;  // of bulkWrite, which has two

  // Any thread.
  std::mutex operation_mutex;
  const RunningOperation* operation = nullptr;  // guarded by operation_mutex

  void interrupt(ErrorCode code);
};

struct DialectState {
  using Clock = std::chrono::steady_clock;

  DialectState(Database& database_, DialectOptions options_);

  Database& database;
  const DialectOptions options;
  const ObjectId process_id = ObjectId::generate();
  const OpTime started_at;  // what a database without a write answers as operationTime

  Sessions sessions;
  Cursors cursors;
  Transactions transactions;
  Metrics metrics;
  FailPoints& fail_points;
  Topology topology;
  std::atomic<std::int64_t> next_operation{1};
  std::atomic<bool> stopping{false};
  // After which an open transaction is aborted.
  std::atomic<std::chrono::seconds> transaction_lifetime{
      std::chrono::seconds(kTransactionLifetimeSeconds)};

  bool replica_set() const { return !options.standalone; }
  OpTime operation_time() const;
  ServerStatistics statistics() const;
  // Also kills the session's transaction, cursors and running operations. What it has written stays
  // known to the database: a client whose reply was lost may still ask for it.
  void end_session(const SessionId& id);
  // Ends the transactions whose time is over, with their cursors.
  void expire_transactions(Clock::time_point now);

  void add(ConnectionState* connection);
  void remove(ConnectionState* connection);
  // Calls with every connection's running operation, under that connection's lock.
  void for_each_operation(
      const std::function<void(const ConnectionState&, const RunningOperation&)>& visit);
  // Ends those soon, also where they wait without a thread.
  void end_operations(
      ErrorCode code,
      const std::function<bool(const ConnectionState&, const RunningOperation&)>& ends);
  // Calls with every connection, under its lock: null where it runs none.
  void for_each_connection(
      const std::function<void(const ConnectionState&, const RunningOperation*)>& visit);

 private:
  std::mutex connections_mutex_;
  std::unordered_set<ConnectionState*> connections_;  // guarded by connections_mutex_

 public:
  // Of `expire`, which one thread calls at a time.
  Clock::time_point next_session_expiry{};
};

}  // namespace cairn::mongodb
