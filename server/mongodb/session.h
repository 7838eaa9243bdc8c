// One MongoDB client: frames, decompresses and parses its messages, has the dialect run them, and
// writes the replies in the kind and with the compressor that the request came in.
#pragma once

#include "compat/mongodb/dialect.h"
#include "server/mongodb/protocol.h"
#include "server/net/protocol.h"
#include "wire/mongodb/compressor.h"
#include "wire/mongodb/message.h"

#include <chrono>
#include <memory>
#include <optional>
#include <string>

namespace cairn::server {

class MongoSession final : public net::Session {
 public:
  MongoSession(MongoProtocol& protocol, const net::Client& client,
               std::unique_ptr<mongodb::Connection> connection)
      : protocol_(protocol), client_(client), connection_(std::move(connection)) {}

  std::expected<std::size_t, std::string> message_size(net::Bytes received) override;
  std::expected<net::Weight, std::string> take_in(net::Bytes message) override;
  net::Outcome run(std::string& out, CommitObserver& observer) override;
  void fail(const Status& status, std::size_t start, std::string& out) override;
  void interrupt() override { connection_->interrupt(); }
  void shrink() override;

 private:
  std::expected<net::Bytes, std::string> unpack(net::Bytes message);
  void finish(std::size_t start, std::string& out);
  std::string_view command_name() const;

  MongoProtocol& protocol_;
  const net::Client client_;
  const std::unique_ptr<mongodb::Connection> connection_;

  wire::mongodb::Request request_;
  Status malformed_;                                     // of request_: what to answer it with
  std::optional<wire::mongodb::Compressor> compressor_;  // that request_ came in
  std::string unpacked_;                                 // the message behind request_, then
  std::string scratch_;
  std::int32_t replies_ = 0;
};

}  // namespace cairn::server
