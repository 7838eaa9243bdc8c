// What every connection of a server shares. Its parts are thread-safe; it outlives the connections.
#pragma once

#include "server/log/log.h"
#include "server/net/protocol.h"

#include <asio/io_context.hpp>

#include <atomic>
#include <functional>

namespace cairn::net {

class ConnectionRegistry;

struct Environment {
  Protocol& protocol;
  log::Log& log;
  // Calls back, from any thread or at once, when what was written up to then is on disk.
  const std::function<void(OpTime, std::function<void(Status)>)>& on_durable;
  // Applies what sessions have left pending.
  const std::function<void()>& commit_pending;
  asio::io_context& workers;
  ConnectionRegistry& registry;
  std::atomic<bool> stopping{false};
  std::atomic<std::int64_t> waiting{0};  // replies that a commit or the disk will release
};

}  // namespace cairn::net
