// The network side of the server: lanes, workers, listeners, connections, their supervision and
// their end.
//
// The control thread (the caller of `run`) accepts, supervises and takes signals; lane threads
// serve; worker threads run long commands for which the lanes have no room.
#pragma once

#include "server/log/log.h"
#include "server/net/counters.h"
#include "server/net/protocol.h"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace cairn::net {

struct ServerOptions {
  std::vector<std::string> bind = {"127.0.0.1"};  // see address.h
  std::uint16_t port = 27017;                     // 0: any that is free
  std::uint32_t max_connections = 20'000;
  // 0: by the number of processors.
  int lanes = 0;
  int threads_per_lane = 0;
  int workers = 0;
  // How long commands may take to end when the server stops; a second signal cuts it short.
  std::chrono::milliseconds grace{10'000};
  bool stop_on_signals = false;  // SIGINT and SIGTERM

  std::function<void(OpTime, std::function<void(Status)>)> on_durable;
  // Applies what sessions have left pending; called soon after they have.
  std::function<void()> commit_pending;
  // Called about once a second, on the control thread.
  std::function<void()> every_second;
  // Called when the server begins to stop, before connections are told: interrupt what runs.
  std::function<void()> stopping;
};

class Server {
 public:
  // Listens, but serves nobody yet. `protocol` and `log` outlive the server.
  static Result<std::unique_ptr<Server>> listen(ServerOptions options, Protocol& protocol,
                                                log::Log& log);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // The addresses listened on, with the port that was chosen.
  std::vector<std::string> addresses() const;

  // Serves until `request_stop` or a signal; returns when no connection is left.
  void run();
  // From any thread. Once: stops gracefully. Again: cuts the grace short.
  void request_stop();

  Totals totals() const;

 private:
  struct State;
  explicit Server(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace cairn::net
