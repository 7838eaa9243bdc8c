#include "server/net/listener.h"

#include <asio/ip/v6_only.hpp>

#include <sys/stat.h>
#include <unistd.h>

#include <utility>

namespace cairn::net {
namespace {

using asio::ip::tcp;
using Local = asio::local::stream_protocol;
constexpr std::chrono::milliseconds kPauseAfterError{100};

void prepare(asio::basic_stream_socket<tcp, Lane::Executor>& socket) {
  std::error_code ignored;
  socket.set_option(tcp::no_delay(true), ignored);
  socket.set_option(asio::socket_base::keep_alive(true), ignored);
}
void prepare(asio::basic_stream_socket<Local, Lane::Executor>&) {}

template <typename Protocol>
class AcceptingListener final : public Listener {
 public:
  using Acceptor = asio::basic_socket_acceptor<Protocol, Lane::Executor>;
  using Accepted = asio::basic_stream_socket<Protocol, Lane::Executor>;

  AcceptingListener(Acceptor acceptor, const Intake& intake)
      : acceptor_(std::move(acceptor)), pause_(acceptor_.get_executor()), intake_(intake) {
    std::error_code ignored;
    endpoint_ = acceptor_.local_endpoint(ignored);
  }
  ~AcceptingListener() override { remove_file(); }

  void start() override { accept(); }
  void close() override {
    std::error_code ignored;
    acceptor_.close(ignored);
    pause_.cancel();
    remove_file();
  }
  std::string address() const override { return to_text(endpoint_); }

 private:
  void accept() {
    Lane& lane = intake_.next_lane();
    acceptor_.async_accept(lane.context(), [this, &lane](std::error_code error, Accepted socket) {
      if (!acceptor_.is_open()) return;
      if (error) return accept_later(error);
      take(lane, std::move(socket));
      accept();
    });
  }

  // Mostly: no descriptors left. The client waits in the kernel's queue meanwhile.
  void accept_later(std::error_code error) {
    intake_.log.warning("NETWORK", "Cannot accept a connection",
                        document("address", address(), "error", error.message()));
    pause_.expires_after(kPauseAfterError);
    pause_.async_wait([this](std::error_code cancelled) {
      if (!cancelled && acceptor_.is_open()) accept();
    });
  }

  void take(Lane& lane, Accepted socket) {
    std::error_code error;
    const auto remote = socket.remote_endpoint(error);
    if (error) return;  // gone already
    const auto local = socket.local_endpoint(error);
    if (error) return;
    prepare(socket);
    socket.non_blocking(true, error);
    if (error) return;
    Client client{.remote_address = to_text(remote), .local_address = to_text(local)};
    if (client.remote_address.empty()) client.remote_address = "anonymous unix socket";
    intake_.accepted(lane, Socket(std::move(socket)), std::move(client));
  }

  void remove_file() {
    if constexpr (std::is_same_v<Protocol, Local>) {
      if (!endpoint_.path().empty()) ::unlink(endpoint_.path().c_str());
      endpoint_ = {};
    }
  }

  Acceptor acceptor_;
  asio::basic_waitable_timer<std::chrono::steady_clock,
                             asio::wait_traits<std::chrono::steady_clock>, Lane::Executor>
      pause_;
  const Intake& intake_;
  typename Protocol::endpoint endpoint_;
};

std::string advice(std::error_code error, const std::string& address) {
  if (error == asio::error::address_in_use) {
    return "address already in use (another server is listening there: stop it, or choose another "
           "port with --port): " +
           address;
  }
  if (error == asio::error::access_denied) {
    return "not allowed to listen there (ports below 1024 need privileges; choose another with "
           "--port): " +
           address;
  }
  if (error.value() == EADDRNOTAVAIL) {
    return "not an address of this machine (see --bind): " + address;
  }
  return "cannot listen (" + error.message() + "): " + address;
}

template <typename Protocol>
Result<std::unique_ptr<Listener>> listen_on(asio::io_context& control, const Intake& intake,
                                            const typename Protocol::endpoint& endpoint) {
  asio::basic_socket_acceptor<Protocol, Lane::Executor> acceptor(control.get_executor());
  std::error_code error;
  acceptor.open(endpoint.protocol(), error);
  if constexpr (std::is_same_v<Protocol, tcp>) {
    if (!error) acceptor.set_option(asio::socket_base::reuse_address(true), error);
    if (!error && endpoint.address().is_v6()) acceptor.set_option(asio::ip::v6_only(true), error);
  }
  if (!error) acceptor.bind(endpoint, error);
  if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
  if (error) return Status(ErrorCode::kHostUnreachable, advice(error, to_text(endpoint)));
  return std::unique_ptr<Listener>(
      std::make_unique<AcceptingListener<Protocol>>(std::move(acceptor), intake));
}

// A socket file left by a process that died is in the way of bind.
void remove_stale(const LocalEndpoint& endpoint) {
  struct stat status {};
  if (::stat(endpoint.path().c_str(), &status) != 0 || !S_ISSOCK(status.st_mode)) return;
  asio::io_context context;
  Local::socket probe(context);
  std::error_code error;
  probe.connect(endpoint, error);
  if (error == asio::error::connection_refused) ::unlink(endpoint.path().c_str());
}

}  // namespace

Result<std::unique_ptr<Listener>> listen(asio::io_context& control, const Intake& intake,
                                         const TcpEndpoint& endpoint) {
  return listen_on<tcp>(control, intake, endpoint);
}

Result<std::unique_ptr<Listener>> listen(asio::io_context& control, const Intake& intake,
                                         const LocalEndpoint& endpoint) {
  remove_stale(endpoint);
  return listen_on<Local>(control, intake, endpoint);
}

}  // namespace cairn::net
