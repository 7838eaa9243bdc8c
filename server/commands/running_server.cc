#include "server/commands/running_server.h"

#include "compat/mongodb/dialect.h"
#include "server/commands/process.h"
#include "server/mongodb/protocol.h"
#include "server/net/server.h"

#include <iostream>
#include <utility>

namespace cairn::server {

struct RunningServer::State {
  State(const Settings& given, Database& opened, log::Log& server_log)
      : settings(given),
        database(opened),
        log(server_log),
        protocol(log, std::chrono::milliseconds(settings.slow_ms)) {}

  net::ServerOptions network_options();
  mongodb::DialectOptions dialect_options(const std::vector<std::string>& argv);
  mongodb::ServerStatistics statistics() const;
  void announce() const;

  const Settings settings;
  Database& database;
  log::Log& log;
  std::shared_ptr<mongodb::FailPoints> fail_points;
  MongoProtocol protocol;
  // The network's sessions end before the dialect that they belong to.
  std::unique_ptr<mongodb::Dialect> dialect;
  std::unique_ptr<net::Server> network;
};

net::ServerOptions RunningServer::State::network_options() {
  net::ServerOptions options;
  options.bind = settings.bind;
  options.port = settings.port;
  options.max_connections = settings.max_connections;
  options.threads_per_lane = static_cast<int>(settings.threads);
  options.stop_on_signals = true;
  options.on_durable = [this](OpTime op, std::function<void(Status)> done) {
    database.on_durable(op, std::move(done));
  };
  options.commit_pending = [this] { database.commit_pending(); };
  options.every_second = [this] { dialect->expire(); };
  options.stopping = [this] { dialect->begin_shutdown(); };
  return options;
}

mongodb::DialectOptions RunningServer::State::dialect_options(
    const std::vector<std::string>& argv) {
  mongodb::DialectOptions options;
  options.standalone = settings.standalone;
  options.set_name = settings.set_name;
  options.advertise = settings.advertise;
  options.test_commands = settings.test_commands;
  options.fail_points = fail_points;
  options.process = {.argv = argv,
                     .parsed_options = to_document(settings),
                     .host = host_name(),
                     .pid = process_id(),
                     .listening = network->addresses()};
  options.log_tail = [this](std::string_view name) {
    log::Tail tail = log.tail(name);
    return mongodb::LogTail{std::move(tail.lines), tail.total_written};
  };
  options.statistics = [this] { return statistics(); };
  options.request_shutdown = [this] { network->request_stop(); };
  return options;
}

mongodb::ServerStatistics RunningServer::State::statistics() const {
  const net::Totals totals = network->totals();
  return {.connections_current = totals.connections_current,
          .connections_available = totals.connections_available,
          .connections_created = totals.connections_created,
          .connections_rejected = totals.connections_rejected,
          .connections_active = totals.connections_active,
          .requests = totals.requests,
          .bytes_in = totals.bytes_in,
          .bytes_out = totals.bytes_out,
          .slow_operations = protocol.slow_operations()};
}

void RunningServer::State::announce() const {
  for (const std::string& address : network->addresses()) {
    log.info("NETWORK", "Listening on", document("address", address));
    // For scripts and people that chose --port 0.
    std::cout << "listening on " << address << std::endl;
  }
  log.info("CONTROL", "Waiting for connections",
           document("version", version(), "pid", process_id(), "settings", to_document(settings)));
}

RunningServer::RunningServer(std::unique_ptr<State> state) : state_(std::move(state)) {}
RunningServer::~RunningServer() = default;

Result<std::unique_ptr<RunningServer>> RunningServer::listen(
    const Settings& settings, const std::vector<std::string>& argv, Database& database,
    log::Log& log, std::shared_ptr<mongodb::FailPoints> points) {
  auto state = std::make_unique<State>(settings, database, log);
  state->fail_points = std::move(points);
  CAIRN_ASSIGN_OR_RETURN(state->network,
                         net::Server::listen(state->network_options(), state->protocol, log));
  state->dialect = std::make_unique<mongodb::Dialect>(database, state->dialect_options(argv));
  state->protocol.set_dialect(*state->dialect);
  return std::unique_ptr<RunningServer>(new RunningServer(std::move(state)));
}

void RunningServer::run() {
  warn_at_startup(state_->settings, state_->log);
  state_->announce();
  state_->network->run();
}

}  // namespace cairn::server
