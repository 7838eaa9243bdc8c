#include "server/net/address.h"

#include <asio/io_context.hpp>
#include <asio/ip/address.hpp>

namespace cairn::net {
namespace {

using asio::ip::tcp;

Status cannot_resolve(const std::string& bind, const std::string& why) {
  return Status(
      ErrorCode::kBadValue,
      "cannot listen on this address (" + why + "), give an IP address of this machine, " +
          "a host name that stands for one, * for all, or the path of a Unix socket: " + bind);
}

}  // namespace

Result<std::vector<TcpEndpoint>> resolve(const std::string& bind, std::uint16_t port) {
  if (bind == "*") {
    return std::vector<TcpEndpoint>{TcpEndpoint(tcp::v4(), port), TcpEndpoint(tcp::v6(), port)};
  }
  std::error_code error;
  const auto address = asio::ip::make_address(bind, error);
  if (!error) return std::vector<TcpEndpoint>{TcpEndpoint(address, port)};
  asio::io_context context;
  tcp::resolver resolver(context);
  const auto found =
      resolver.resolve(bind, std::to_string(port), asio::ip::resolver_base::passive, error);
  if (error) return cannot_resolve(bind, error.message());
  std::vector<TcpEndpoint> endpoints;
  for (const auto& entry : found) endpoints.push_back(entry.endpoint());
  if (endpoints.empty()) return cannot_resolve(bind, "it stands for no address");
  return endpoints;
}

std::string to_text(const TcpEndpoint& endpoint) {
  const std::string port = std::to_string(endpoint.port());
  // A client that reached an IPv6 socket by IPv4 knows only its IPv4 address.
  if (endpoint.address().is_v6() && endpoint.address().to_v6().is_v4_mapped()) {
    return asio::ip::make_address_v4(asio::ip::v4_mapped, endpoint.address().to_v6()).to_string() +
           ":" + port;
  }
  if (endpoint.address().is_v6()) return "[" + endpoint.address().to_string() + "]:" + port;
  return endpoint.address().to_string() + ":" + port;
}

std::string to_text(const LocalEndpoint& endpoint) { return endpoint.path(); }

}  // namespace cairn::net
