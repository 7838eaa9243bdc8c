#include "bench/wire/connection.h"

#include "bench/wire/message.h"

#include <asio/buffer.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/local/stream_protocol.hpp>
#include <asio/write.hpp>

#include <algorithm>
#include <system_error>

namespace cairn::bench {
namespace {

using asio::generic::stream_protocol;
using wire::mongodb::kHeaderBytes;

Status lost(const std::error_code& error) {
  return {ErrorCode::kHostUnreachable, "the server cannot be reached: " + error.message()};
}

}  // namespace

Result<stream_protocol::endpoint> resolve(const std::string& address) {
  if (address.starts_with('/')) {
    return stream_protocol::endpoint(asio::local::stream_protocol::endpoint(address));
  }
  std::string rest = address.starts_with("mongodb://") ? address.substr(10) : address;
  rest = rest.substr(0, rest.find_first_of("/?"));
  const std::size_t colon = rest.rfind(':');
  const std::string port = colon == std::string::npos ? "27017" : rest.substr(colon + 1);
  asio::io_context context;
  asio::ip::tcp::resolver resolver(context);
  std::error_code error;
  const auto found = resolver.resolve(rest.substr(0, colon), port, error);
  if (error || found.empty()) return Status(ErrorCode::kBadValue, "no such server: " + address);
  return stream_protocol::endpoint(found.begin()->endpoint());
}

Status Connection::open(const stream_protocol::endpoint& server) {
  std::error_code error;
  socket_.connect(server, error);
  if (error) return lost(error);
  // A Unix socket knows no such option.
  std::error_code ignored;
  socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
  return Status();
}

Result<DocumentView> Connection::send(std::string_view message) {
  std::error_code error;
  asio::write(socket_, asio::buffer(message), error);
  if (error) return lost(error);
  CAIRN_RETURN_IF_ERROR(receive());
  const std::string wrong = complaint(reply_);
  if (!wrong.empty()) {
    return Status(ErrorCode::kOperationFailed, "a request was refused: " + wrong);
  }
  return body_of(reply_);
}

Result<DocumentView> Connection::run(DocumentView command) {
  out_.clear();
  MessageWriter(out_).body(command);
  return send(out_);
}

Status Connection::receive() {
  constexpr std::size_t kUsualBytes = 64 << 10;
  std::size_t received = 0;
  std::size_t length = kHeaderBytes;
  while (received < length) {
    if (in_.size() < length) in_.resize(std::max(length, kUsualBytes));
    std::error_code error;
    received +=
        socket_.read_some(asio::buffer(in_.data() + received, in_.size() - received), error);
    if (error) return lost(error);
    if (received < kHeaderBytes) continue;
    length = static_cast<std::size_t>(wire::mongodb::load_header(in_).length);
  }
  reply_ = {in_.data(), length};
  return Status();
}

}  // namespace cairn::bench
