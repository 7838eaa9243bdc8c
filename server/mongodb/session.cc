#include "server/mongodb/session.h"

#include "wire/mongodb/frame.h"
#include "wire/mongodb/op_compressed.h"
#include "wire/mongodb/op_msg.h"
#include "wire/mongodb/op_query.h"
#include "wire/mongodb/reply.h"

#include <utility>

namespace cairn::server {
namespace {

using namespace wire::mongodb;  // NOLINT: this file is where they meet
using Clock = std::chrono::steady_clock;

std::unexpected<std::string> closed_by(const ProtocolError& error) {
  return std::unexpected(std::string(error.status.message()));
}

net::Weight weight_of(mongodb::Cost cost) {
  switch (cost) {
    case mongodb::Cost::kInstant:
      return net::Weight::kInstant;
    case mongodb::Cost::kShort:
      return net::Weight::kShort;
    case mongodb::Cost::kLong:
      break;
  }
  return net::Weight::kLong;
}

}  // namespace

std::expected<std::size_t, std::string> MongoSession::message_size(net::Bytes received) {
  if (received.size() < kHeaderBytes) return 0;
  const auto header = read_header(received);
  if (!header) return closed_by(header.error());
  return static_cast<std::size_t>(header->length);
}

std::expected<net::Bytes, std::string> MongoSession::unpack(net::Bytes message) {
  compressor_.reset();
  if (load_header(message).opcode != Opcode::kCompressed) return message;
  unpacked_.clear();
  const auto compressor = decompress_message(message, unpacked_);
  if (!compressor) return closed_by(compressor.error());
  compressor_ = *compressor;
  return net::Bytes(reinterpret_cast<const std::uint8_t*>(unpacked_.data()), unpacked_.size());
}

std::expected<net::Weight, std::string> MongoSession::take_in(net::Bytes message) {
  const auto plain = unpack(message);
  if (!plain) return std::unexpected(plain.error());
  const auto parsed = load_header(*plain).opcode == Opcode::kQuery
                          ? parse_op_query(*plain, request_)
                          : parse_op_msg(*plain, request_);
  malformed_ = Status();
  if (follows_reply_) request_.id = replies_;
  if (parsed) return weight_of(connection_->cost(request_));
  if (parsed.error().consequence == Consequence::kClose) return closed_by(parsed.error());
  malformed_ = parsed.error().status;
  return net::Weight::kInstant;
}

net::Outcome MongoSession::run(std::string& out, CommitObserver& observer) {
  const Clock::time_point began = Clock::now();
  const std::size_t start = begin_reply(request_.kind, out);
  mongodb::Reply reply;
  if (malformed_.ok()) {
    // Who reads no replies waits for none: its next request sees what this one did.
    const bool answers = !request_.more_to_come;
    reply = connection_->run(request_, out, answers ? &observer : nullptr,
                             answers && waker_ ? &waker_ : nullptr);
    if (reply.again_at) {
      out.resize(start);
      return {.again_at = reply.again_at};
    }
  } else {
    mongodb::write_error_reply(malformed_, out);
  }
  const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - began);
  if (took >= protocol_.slow()) {
    protocol_.log_slow(request_, client_, took,
                       out.size() - reply_body_start(request_.kind, start));
  }
  if (request_.more_to_come || reply.drop) {
    out.resize(start);
    return {.close_after = reply.close_after || reply.drop};
  }
  follows_reply_ = reply.more_to_come;
  finish(start, out, reply.more_to_come ? Followed::kByAnother : Followed::kNo);
  return {.pending = reply.pending,
          .durable_after = reply.durable_after,
          .close_after = reply.close_after,
          .repeat = reply.more_to_come};
}

void MongoSession::finish(std::size_t start, std::string& out, Followed followed) {
  finish_reply(request_, ++replies_, start, out, followed);
  if (compressor_ && may_compress(command_name())) {
    compress_message(*compressor_, start, out, scratch_);
  }
}

void MongoSession::fail(const Status& status, std::size_t start, std::string& out) {
  if (request_.more_to_come) return;
  out.resize(start);
  begin_reply(request_.kind, out);
  mongodb::write_error_reply(status, out);
  finish(start, out);
}

std::string_view MongoSession::command_name() const {
  return request_.body.empty() ? std::string_view() : request_.body.begin()->name;
}

void MongoSession::shrink() {
  request_ = Request();
  unpacked_ = std::string();
  scratch_ = std::string();
}

}  // namespace cairn::server
