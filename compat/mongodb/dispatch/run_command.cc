// The embedder's way into the same dispatch that the server uses.
#include "compat/mongodb/dialect.h"
#include "wire/mongodb/message.h"

#include <cairn/command.h>

#include <string>
#include <utility>

namespace cairn {
namespace {

// The command with `$db`, as it would have come over the wire.
Document with_database(std::string_view database, DocumentView command) {
  DocumentBuilder builder;
  for (const Element& field : command) {
    if (field.name != "$db") builder.append(field.name, field.value);
  }
  builder.append("$db", database);
  return builder.take();
}

}  // namespace

struct CommandRunner::State {
  State(Database& database_, const CommandRunnerOptions& options)
      : database(database_),
        dialect(database_,
                {.standalone = options.standalone, .test_commands = options.test_commands}),
        connection(dialect.connect(
            {.remote_address = "embedded", .local_address = "embedded", .connection_id = 1})) {}

  Database& database;
  mongodb::Dialect dialect;
  std::unique_ptr<mongodb::Connection> connection;
};

CommandRunner::CommandRunner(Database& database, const CommandRunnerOptions& options)
    : state_(std::make_unique<State>(database, options)) {}
CommandRunner::~CommandRunner() = default;
CommandRunner::CommandRunner(CommandRunner&&) noexcept = default;
CommandRunner& CommandRunner::operator=(CommandRunner&&) noexcept = default;

Result<Document> CommandRunner::run(std::string_view database, DocumentView command) {
  const Document body = with_database(database, command);
  wire::mongodb::Request request;
  request.body = body;
  std::string bytes;
  const mongodb::Reply reply = state_->connection->run(request, bytes);
  if (reply.durable_after) {
    CAIRN_RETURN_IF_ERROR(state_->database.wait_durable(*reply.durable_after));
  }
  return Document::from_validated_bytes(std::move(bytes));
}

Result<Document> run_command(Database& database, std::string_view database_name,
                             DocumentView command) {
  return CommandRunner(database).run(database_name, command);
}

}  // namespace cairn
