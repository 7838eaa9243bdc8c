// Accepts connections on one address and hands each to the next lane. Runs on the control thread.
#pragma once

#include "server/net/address.h"
#include "server/net/connection.h"

#include <asio/basic_socket_acceptor.hpp>
#include <asio/steady_timer.hpp>

#include <functional>
#include <memory>
#include <string>

namespace cairn::net {

class Listener {
 public:
  virtual ~Listener() = default;
  virtual void start() = 0;
  virtual void close() = 0;
  virtual std::string address() const = 0;
};

// What a listener needs of its server.
struct Intake {
  log::Log& log;
  std::function<Lane&()> next_lane;
  // Called on the control thread. `fallback_address` is not empty where the socket's own address
  // says nothing to a client (a Unix domain socket).
  std::function<void(Lane&, Socket, Client)> accepted;
};

Result<std::unique_ptr<Listener>> listen(asio::io_context& control, const Intake& intake,
                                         const TcpEndpoint& endpoint);
Result<std::unique_ptr<Listener>> listen(asio::io_context& control, const Intake& intake,
                                         const LocalEndpoint& endpoint);

}  // namespace cairn::net
