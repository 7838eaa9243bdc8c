// Addresses as users write them and as `hello` and the log show them.
#pragma once

#include "server/net/connection.h"

#include <asio/ip/tcp.hpp>
#include <asio/local/stream_protocol.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace cairn::net {

// Where to listen: a TCP address, or a path of a Unix domain socket (it begins with '/').
using TcpEndpoint = asio::ip::tcp::endpoint;
using LocalEndpoint = asio::local::stream_protocol::endpoint;

inline bool is_local_path(std::string_view bind) { return bind.starts_with('/'); }

// The TCP addresses that `bind` names: an IP address, a host name, or "*" for all interfaces.
Result<std::vector<TcpEndpoint>> resolve(const std::string& bind, std::uint16_t port);

// "127.0.0.1:27017", "[::1]:27017", or the path of a Unix domain socket.
std::string to_text(const TcpEndpoint& endpoint);
std::string to_text(const LocalEndpoint& endpoint);

}  // namespace cairn::net
