// MongoDB's commands for embedders: the dialect that the server speaks, without a server.
//
//   auto reply = cairn::run_command(*database, "shop", cairn::document("count", "orders"));
//
// A command that fails is still an answer: a document with `ok: 0`, `code` and `errmsg`. The
// Result's error is for what is no command at all (a reply could not be made durable as the command
// asked).
#pragma once

#include <cairn/bson.h>
#include <cairn/database.h>
#include <cairn/status.h>

#include <memory>
#include <string_view>

namespace cairn {

struct CommandRunnerOptions {
  // Answers as a standalone server does, without replica set, retryable writes and cluster time.
  bool standalone = false;
  // Offers commands that only tests need: configureFailPoint.
  bool test_commands = false;
};

// Runs commands one after the other, like one client's connection: what a command leaves open
// (cursors, sessions) is there for the next. Use one per thread, or lock. Must not outlive its
// Database.
class CommandRunner {
 public:
  explicit CommandRunner(Database& database, const CommandRunnerOptions& = {});
  ~CommandRunner();
  CommandRunner(CommandRunner&&) noexcept;
  CommandRunner& operator=(CommandRunner&&) noexcept;

  // `command`: its first field is the command's name; `$db` is added. Returns when the write is as
  // durable as its `writeConcern` asks.
  Result<Document> run(std::string_view database, DocumentView command);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// One command by itself: a cursor that it leaves open is closed. Thread-safe.
Result<Document> run_command(Database& database, std::string_view database_name,
                             DocumentView command);

}  // namespace cairn
