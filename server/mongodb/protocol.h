// MongoDB's protocol on the network: joins net/ (bytes and threads), wire/mongodb (messages) and
// compat/mongodb (what they mean).
#pragma once

#include "compat/mongodb/dialect.h"
#include "server/log/log.h"
#include "server/net/protocol.h"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>

namespace cairn::server {

class MongoProtocol final : public net::Protocol {
 public:
  // Commands that take `slow` or longer are logged. REQUIRES: `log` outlives this.
  MongoProtocol(log::Log& log, std::chrono::milliseconds slow) : log_(log), slow_(slow) {}

  // Before the first client: the dialect wants to know where the server listens, and so comes after
  // the sockets. REQUIRES: it outlives every session.
  void set_dialect(mongodb::Dialect& dialect) { dialect_ = &dialect; }

  std::unique_ptr<net::Session> connect(const net::Client& client) override;

  std::int64_t slow_operations() const { return slow_operations_; }
  std::chrono::milliseconds slow() const { return slow_; }

  // Writes the line of a slow command.
  void log_slow(const wire::mongodb::Request& request, const net::Client& client,
                std::chrono::milliseconds took, std::size_t reply_bytes);

 private:
  mongodb::Dialect* dialect_ = nullptr;
  log::Log& log_;
  const std::chrono::milliseconds slow_;
  std::atomic<std::int64_t> slow_operations_{0};
};

}  // namespace cairn::server
