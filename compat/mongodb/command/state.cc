#include "compat/mongodb/command/state.h"

#include <algorithm>
#include <utility>

namespace cairn::mongodb {
namespace {

OpTime seconds_now() {
  const auto seconds = static_cast<std::uint64_t>(Date::now().milliseconds / 1000);
  return {seconds << 32 | 1};
}

DialectOptions with_fail_points(DialectOptions options) {
  if (options.fail_points == nullptr) options.fail_points = std::make_shared<FailPoints>();
  return options;
}

}  // namespace

DialectState::DialectState(Database& database_, DialectOptions options_)
    : database(database_),
      options(with_fail_points(std::move(options_))),
      started_at(seconds_now()),
      fail_points(*options.fail_points) {}

// Never zero: drivers and `afterClusterTime` refuse a null timestamp.
OpTime DialectState::operation_time() const {
  return std::max(database.last_op_time(), started_at);
}

ServerStatistics DialectState::statistics() const {
  return options.statistics ? options.statistics() : ServerStatistics();
}

void DialectState::end_session(const SessionId& id) {
  sessions.end(id);
  transactions.end_session(id);
  cursors.kill_of_session(id);
  end_operations(
      ErrorCode::kInterrupted,
      [&id](const ConnectionState&, const RunningOperation& one) { return one.session == id; });
}

void DialectState::expire_transactions(Clock::time_point now) {
  for (const TransactionName& name : transactions.expire(now)) {
    cursors.kill_of_transaction(name);
  }
}

void DialectState::add(ConnectionState* connection) {
  const std::lock_guard lock(connections_mutex_);
  connections_.insert(connection);
}

void DialectState::remove(ConnectionState* connection) {
  topology.forget(connection);
  const std::lock_guard lock(connections_mutex_);
  connections_.erase(connection);
}

void DialectState::for_each_operation(
    const std::function<void(const ConnectionState&, const RunningOperation&)>& visit) {
  for_each_connection(
      [&visit](const ConnectionState& connection, const RunningOperation* operation) {
        if (operation != nullptr) visit(connection, *operation);
      });
}

void DialectState::for_each_connection(
    const std::function<void(const ConnectionState&, const RunningOperation*)>& visit) {
  const std::lock_guard lock(connections_mutex_);
  for (ConnectionState* connection : connections_) {
    const std::lock_guard operation_lock(connection->operation_mutex);
    visit(*connection, connection->operation);
  }
}

void DialectState::end_operations(
    ErrorCode code,
    const std::function<bool(const ConnectionState&, const RunningOperation&)>& ends) {
  // Woken when nothing is locked: that may be the end of a connection, which takes itself out.
  std::vector<std::function<void()>> wakers;
  for_each_operation([&](const ConnectionState& connection, const RunningOperation& operation) {
    if (!ends(connection, operation)) return;
    operation.interrupt->interrupt(code);
    if (operation.waker != nullptr) wakers.push_back(*operation.waker);
  });
  for (const auto& wake : wakers) wake();
}

void ConnectionState::interrupt(ErrorCode code) {
  const std::lock_guard lock(operation_mutex);
  if (operation != nullptr) operation->interrupt->interrupt(code);
}

}  // namespace cairn::mongodb
