// A connection that sends a request and waits for its reply. One thread at a time.
#pragma once

#include "wire/mongodb/frame.h"

#include <cairn/bson.h>
#include <cairn/status.h>

#include <asio/generic/stream_protocol.hpp>
#include <asio/io_context.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace cairn::bench {

// "mongodb://host:port", "host:port" or the path of a Unix socket. Error: BadValue where there is
// no such server.
Result<asio::generic::stream_protocol::endpoint> resolve(const std::string& address);

class Connection {
 public:
  Connection() = default;
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // Error: HostUnreachable.
  Status open(const asio::generic::stream_protocol::endpoint& server);
  // Sends a whole message; the reply's body lives until the next call. Errors: HostUnreachable;
  // OperationFailed with what the reply complains of.
  Result<DocumentView> send(std::string_view message);
  // A command with its "$db".
  Result<DocumentView> run(DocumentView command);

 private:
  Status receive();

  asio::io_context context_{1};
  asio::generic::stream_protocol::socket socket_{context_};
  std::string out_;
  std::vector<std::uint8_t> in_;  // never shrinks
  wire::mongodb::Bytes reply_;
};

}  // namespace cairn::bench
