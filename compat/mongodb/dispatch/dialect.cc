// Dialect and Connection: the server's face of dispatch.
#include "compat/mongodb/dialect.h"

#include "compat/mongodb/command/reply.h"
#include "compat/mongodb/command/state.h"
#include "compat/mongodb/dispatch/dispatch.h"

#include <utility>
#include <vector>

namespace cairn::mongodb {

struct Dialect::State : DialectState {
  using DialectState::DialectState;
};

struct Connection::State : ConnectionState {
  using ConnectionState::ConnectionState;
};

Dialect::Dialect(Database& database, DialectOptions options)
    : state_(std::make_unique<State>(database, std::move(options))) {}

Dialect::~Dialect() = default;

std::unique_ptr<Connection> Dialect::connect(ClientInfo client) {
  auto state = std::make_unique<Connection::State>(*state_, std::move(client));
  state_->add(state.get());
  return std::unique_ptr<Connection>(new Connection(std::move(state)));
}

void Dialect::begin_shutdown() {
  state_->stopping.store(true);
  state_->topology.change();
  state_->end_operations(ErrorCode::kInterruptedAtShutdown,
                         [](const ConnectionState&, const RunningOperation&) { return true; });
  // No command can end them any more, and there may be who waits for that.
  state_->expire_transactions(DialectState::Clock::time_point::max());
}

void Dialect::expire() {
  const auto now = DialectState::Clock::now();
  state_->cursors.expire(now);
  state_->expire_transactions(now);
  if (now < state_->next_session_expiry) return;
  state_->next_session_expiry = now + std::chrono::minutes(1);
  // What runs keeps its session alive, however long it takes.
  std::vector<SessionId> busy;
  state_->for_each_operation([&busy](const ConnectionState&, const RunningOperation& operation) {
    if (operation.session) busy.push_back(*operation.session);
  });
  for (const SessionId& session : busy) (void)state_->sessions.touch(session, now);
  for (const SessionId& session : state_->sessions.expire(now)) state_->end_session(session);
}

Connection::Connection(std::unique_ptr<State> state) : state_(std::move(state)) {}

Connection::~Connection() { state_->dialect.remove(state_.get()); }

Cost Connection::cost(const wire::mongodb::Request& request) const {
  // Any command may have to wait.
  if (state_->dialect.fail_points.any()) return Cost::kLong;
  return weigh(request);
}

Reply Connection::run(const wire::mongodb::Request& request, std::string& body,
                      CommitObserver* observer, const Waker* waker) {
  return dispatch(*state_, request, {observer, waker}, body);
}

void Connection::interrupt(ErrorCode code) { state_->interrupt(code); }

void write_error_reply(const Status& status, std::string& body) {
  DocumentBuilder reply(body);
  append_error(status, {}, reply);
  reply.finish();
}

}  // namespace cairn::mongodb
