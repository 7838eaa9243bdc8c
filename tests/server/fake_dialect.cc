// A dialect in place of compat/mongodb's, for testing what carries messages to it and replies back:
//
//   {ping: 1}        {ok: 1}                       (instant)
//   {echo: VALUE}    {echo: VALUE, sequences: {…how many documents each…}, ok: 1}
//   {disk: 1}        {ok: 1} once operation 5 is on disk
//   {sleep: MS}      {ok: 1} after that long       (long)
//   {bye: 1}         {ok: 1}, and the connection is closed
#include "compat/mongodb/dialect.h"

#include <thread>

namespace cairn::mongodb {

struct Dialect::State {};
struct Connection::State {};

Dialect::Dialect(Database&, DialectOptions) {}
Dialect::~Dialect() = default;
std::unique_ptr<Connection> Dialect::connect(ClientInfo) {
  return std::unique_ptr<Connection>(new Connection(nullptr));
}
void Dialect::begin_shutdown() {}
void Dialect::expire() {}

Connection::Connection(std::unique_ptr<State>) {}
Connection::~Connection() = default;
void Connection::interrupt(ErrorCode) {}

Cost Connection::cost(const wire::mongodb::Request& request) const {
  if (request.body["ping"].has_value()) return Cost::kInstant;
  return request.body["sleep"].has_value() ? Cost::kLong : Cost::kShort;
}

Reply Connection::run(const wire::mongodb::Request& request, std::string& body, CommitObserver*,
                      const Waker*) {
  DocumentBuilder builder(body);
  Reply reply;
  if (const ValueView echo = request.body["echo"]; !echo.missing()) {
    builder.append("echo", echo).begin_document("sequences");
    for (const auto& sequence : request.sequences) {
      builder.append(sequence.name, static_cast<std::int32_t>(sequence.documents.size()));
    }
    builder.end();
  }
  if (const ValueView ms = request.body["sleep"]; ms.is_number()) {
    std::this_thread::sleep_for(std::chrono::milliseconds(ms.to_int64_clamped()));
  }
  if (request.body["disk"].has_value()) reply.durable_after = OpTime{5};
  reply.close_after = request.body["bye"].has_value();
  builder.append("ok", 1.0).finish();
  return reply;
}

void write_error_reply(const Status& status, std::string& body) {
  DocumentBuilder builder(body);
  builder.append("ok", 0.0)
      .append("errmsg", status.message())
      .append("code", static_cast<std::int32_t>(status.code()))
      .append("codeName", status.code_name())
      .finish();
}

}  // namespace cairn::mongodb
