#include "server/net/server.h"

#include "server/net/listener.h"
#include "server/net/registry.h"
#include "server/net/threads.h"

#include <asio/io_context.hpp>
#include <asio/post.hpp>
#include <asio/signal_set.hpp>
#include <asio/steady_timer.hpp>

#include <sched.h>
#include <sys/prctl.h>

#include <algorithm>
#include <csignal>
#include <utility>

namespace cairn::net {
namespace {

using namespace std::chrono_literals;

int processors() {
  cpu_set_t mine;
  CPU_ZERO(&mine);
  if (::sched_getaffinity(0, sizeof mine, &mine) != 0) return 1;
  return std::max(1, CPU_COUNT(&mine));
}

ServerOptions with_defaults(ServerOptions options) {
  const int cores = processors();
  if (options.lanes <= 0) options.lanes = std::max(1, cores / 8);
  if (options.threads_per_lane <= 0) options.threads_per_lane = std::min(8, cores) + 1;
  options.threads_per_lane = std::max(3, options.threads_per_lane);
  if (options.workers <= 0) options.workers = std::max(4, 2 * cores);
  if (!options.on_durable) {
    options.on_durable = [](OpTime, const std::function<void(Status)>& done) { done(Status()); };
  }
  return options;
}

}  // namespace

struct Server::State {
  State(ServerOptions given, Protocol& protocol, log::Log& server_log)
      : options(with_defaults(std::move(given))),
        log(server_log),
        workers(options.workers),
        environment{protocol,          log,     options.on_durable, options.commit_pending,
                    workers.context(), registry},
        control(1),
        signals(control),
        second(control) {
    for (int i = 0; i < options.lanes; ++i) {
      lanes.push_back(std::make_unique<Lane>(options.threads_per_lane));
    }
    intake.next_lane = [this]() -> Lane& { return *lanes[next_lane++ % lanes.size()]; };
    intake.accepted = [this](Lane& lane, Socket socket, Client client) {
      accepted(lane, std::move(socket), std::move(client));
    };
  }

  Status listen_on(const std::string& bind);
  void accepted(Lane& lane, Socket socket, Client client);
  void wait_for_signal();
  void tick();
  void begin_stop();
  void wait_for_end();
  void hurry();
  void join();

  const ServerOptions options;
  log::Log& log;
  // Before `control`: a pending accept there holds a socket that belongs to a lane.
  std::vector<std::unique_ptr<Lane>> lanes;
  Threads workers;
  ConnectionRegistry registry;
  Environment environment;
  asio::io_context control;
  asio::signal_set signals;
  asio::steady_timer second;
  Intake intake{log, {}, {}};
  std::vector<std::unique_ptr<Listener>> listeners;

  // The control thread's.
  std::size_t next_lane = 0;
  std::uint16_t chosen_port = 0;
  bool stopping = false;
  std::chrono::steady_clock::time_point stop_deadline;

  std::atomic<std::int64_t> created{0};
  std::atomic<std::int64_t> rejected{0};
};

Status Server::State::listen_on(const std::string& bind) {
  if (is_local_path(bind)) {
    CAIRN_ASSIGN_OR_RETURN(auto listener, net::listen(control, intake, LocalEndpoint(bind)));
    listeners.push_back(std::move(listener));
    return Status();
  }
  CAIRN_ASSIGN_OR_RETURN(auto endpoints, resolve(bind, options.port));
  Status first_error;
  bool any = false;
  for (TcpEndpoint endpoint : endpoints) {
    // With --port 0 all addresses share the port that the first one got.
    if (endpoint.port() == 0) endpoint.port(chosen_port);
    auto listener = net::listen(control, intake, endpoint);
    if (listener.ok()) {
      any = true;
      const std::string address = (*listener)->address();
      chosen_port = static_cast<std::uint16_t>(std::stoi(address.substr(address.rfind(':') + 1)));
      listeners.push_back(std::move(*listener));
    } else if (first_error.ok()) {
      first_error = listener.take_status();
    }
  }
  // "localhost" and "*" stand for IPv6 too, which a machine may not have; a port in use is an
  // error.
  if (any && (first_error.ok() || first_error.message().find("in use") == std::string_view::npos)) {
    return Status();
  }
  return first_error;
}

void Server::State::accepted(Lane& lane, Socket socket, Client client) {
  if (registry.count() >= static_cast<std::int64_t>(options.max_connections)) {
    ++rejected;
    log.warning("NETWORK", "Refusing a connection, too many are open",
                document("remote", client.remote_address, "maxConnections",
                         static_cast<std::int64_t>(options.max_connections)));
    return;  // the socket's destructor closes it
  }
  client.connection_id = ++created;
  auto connection =
      std::make_shared<Connection>(environment, lane, std::move(socket), std::move(client));
  registry.add(connection->client().connection_id, connection);
  log.info("NETWORK", "Connection accepted",
           document("remote", connection->client().remote_address, "connectionId",
                    connection->client().connection_id, "connectionCount", registry.count()));
  asio::post(lane.context(), [connection] { connection->start(); });
}

void Server::State::wait_for_signal() {
  signals.async_wait([this](std::error_code error, int number) {
    if (error) return;
    log.info("CONTROL", stopping ? "Stopping faster" : "Stopping", document("signal", number));
    if (stopping) {
      hurry();
    } else {
      begin_stop();
    }
    wait_for_signal();
  });
}

void Server::State::tick() {
  for (const auto& connection : registry.all()) connection->sweep(coarse_now());
  if (options.every_second) options.every_second();
  second.expires_after(1s);
  second.async_wait([this](std::error_code error) {
    if (!error && !stopping) tick();
  });
}

void Server::State::begin_stop() {
  if (stopping) return;
  stopping = true;
  stop_deadline = std::chrono::steady_clock::now() + options.grace;
  for (const auto& listener : listeners) listener->close();
  if (options.stopping) options.stopping();
  for (const auto& connection : registry.all()) connection->shutdown_receive();
  wait_for_end();
}

void Server::State::hurry() { stop_deadline = std::chrono::steady_clock::now(); }

void Server::State::wait_for_end() {
  const auto open = registry.all();
  if (open.empty() && environment.waiting == 0) return control.stop();
  if (std::chrono::steady_clock::now() >= stop_deadline) {
    for (const auto& connection : open) {
      connection->interrupt();
      connection->shutdown_both();
    }
  } else {
    // One may have been accepted, or begun a command, while the others were told.
    for (const auto& connection : open) connection->shutdown_receive();
  }
  second.expires_after(5ms);
  second.async_wait([this](std::error_code) { wait_for_end(); });
}

void Server::State::join() {
  workers.finish();
  for (const auto& lane : lanes) lane->finish();
}

Server::Server(std::unique_ptr<State> state) : state_(std::move(state)) {}
Server::~Server() = default;

Result<std::unique_ptr<Server>> Server::listen(ServerOptions options, Protocol& protocol,
                                               log::Log& log) {
  auto state = std::make_unique<State>(std::move(options), protocol, log);
  for (const std::string& bind : state->options.bind) {
    CAIRN_RETURN_IF_ERROR(state->listen_on(bind));
  }
  // From now on, and not only from `run` on: whoever is told the address may say stop.
  if (state->options.stop_on_signals) {
    state->signals.add(SIGINT);
    state->signals.add(SIGTERM);
    state->wait_for_signal();
  }
  return std::unique_ptr<Server>(new Server(std::move(state)));
}

std::vector<std::string> Server::addresses() const {
  std::vector<std::string> all;
  for (const auto& listener : state_->listeners) all.push_back(listener->address());
  return all;
}

void Server::run() {
  state_->workers.start();
  for (const auto& lane : state_->lanes) lane->start();
  for (const auto& listener : state_->listeners) listener->start();
  state_->tick();
  state_->control.run();
  state_->join();
}

void Server::request_stop() {
  asio::post(state_->control, [state = state_.get()] {
    if (state->stopping) {
      state->hurry();
    } else {
      state->begin_stop();
    }
  });
}

Totals Server::totals() const {
  Totals totals;
  totals.connections_current = state_->registry.count();
  totals.connections_available =
      static_cast<std::int64_t>(state_->options.max_connections) - totals.connections_current;
  totals.connections_created = state_->created;
  totals.connections_rejected = state_->rejected;
  for (const auto& lane : state_->lanes) {
    totals.requests += lane->counters().requests;
    totals.bytes_in += lane->counters().bytes_in;
    totals.bytes_out += lane->counters().bytes_out;
  }
  for (const auto& connection : state_->registry.all()) {
    totals.connections_active += connection->running() ? 1 : 0;
  }
  return totals;
}

}  // namespace cairn::net
