// One MongoDB client: frames, decompresses and parses its messages, has the dialect run them, and
// writes the replies in the kind and with the compressor that the request came in.
#pragma once

#include "compat/mongodb/dialect.h"
#include "server/mongodb/protocol.h"
#include "server/net/protocol.h"
#include "wire/mongodb/compressor.h"
#include "wire/mongodb/message.h"
#include "wire/mongodb/reply.h"

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace cairn::server {

class MongoSession final : public net::Session {
 public:
  MongoSession(MongoProtocol& protocol, const net::Client& client,
               std::unique_ptr<mongodb::Connection> connection)
      : protocol_(protocol), client_(client), connection_(std::move(connection)) {}

  std::expected<std::size_t, std::string> message_size(net::Bytes received) override;
  std::expected<net::Weight, std::string> take_in(net::Bytes message) override;
  void set_waker(net::Waker waker) override { waker_ = std::move(waker); }
  net::Outcome run(std::string& out, CommitObserver& observer) override;
  void fail(const Status& status, std::size_t start, std::string& out) override;
  void interrupt() override { connection_->interrupt(); }
  void shrink() override;

 private:
  std::expected<net::Bytes, std::string> unpack(net::Bytes message);
  void finish(std::size_t start, std::string& out,
              wire::mongodb::Followed followed = wire::mongodb::Followed::kNo);
  std::string_view command_name() const;

  MongoProtocol& protocol_;
  const net::Client client_;
  const std::unique_ptr<mongodb::Connection> connection_;

  mongodb::Waker waker_;  // may be empty
  wire::mongodb::Request request_;
  Status malformed_;                                     // of request_: what to answer it with
  std::optional<wire::mongodb::Compressor> compressor_;  // that request_ came in
  std::string unpacked_;                                 // the message behind request_, then
  std::string scratch_;
  std::int32_t replies_ = 0;
  // The last reply said that another follows: to that reply, as it were.
  bool follows_reply_ = false;
};

}  // namespace cairn::server
