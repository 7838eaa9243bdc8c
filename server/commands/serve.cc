// cairn serve: opens the data, listens, and serves until it is told to stop.
#include "compat/mongodb/registry/fail_points.h"
#include "server/commands/process.h"
#include "server/commands/running_server.h"
#include "server/config/command_line.h"
#include "server/config/settings.h"
#include "server/log/log.h"

#include <cairn/database.h>

#include <cstdlib>
#include <functional>
#include <iostream>
#include <memory>

namespace cairn::server {
namespace {

// Where nobody reads the log yet, or the log is a file, people still look at standard error.
int cannot_begin(const Status& status) {
  std::cerr << "cairn: " << status.message() << "\n";
  return kExitCannotBegin;
}

// `log` outlives the database.
Result<std::unique_ptr<Database>> open_database(
    const Settings& settings, log::Log& log, const std::shared_ptr<mongodb::FailPoints>& points) {
  std::function<void(std::string_view)> at_step;
  if (settings.test_commands) at_step = [points](std::string_view step) { points->at_step(step); };
  auto database = Database::open(
      settings.data,
      {.memory_bytes = settings.memory_bytes,
       .oplog_bytes = settings.oplog_bytes,
       .oplog_min_hours = static_cast<double>(settings.oplog_min_hours),
       .log = [&log](std::string_view message,
                     DocumentView attributes) { log.warning("STORAGE", message, attributes); },
       .at_step = std::move(at_step)});
  if (database.ok()) return database;
  return Status(database.status().code(), "cannot open the data directory " + settings.data + ": " +
                                              std::string(database.status().message()));
}

int run(const Arguments& arguments) {
  auto settings = load_settings(arguments, [](const char* name) { return std::getenv(name); });
  if (!settings.ok()) return cannot_begin(settings.status());
  auto log = log::Log::open({.file = settings->log_file, .least = settings->log_level});
  if (!log.ok()) return cannot_begin(log.status());
  settings->max_connections = raise_descriptor_limit(settings->max_connections, **log);
  const auto points = std::make_shared<mongodb::FailPoints>();
  auto database = open_database(*settings, **log, points);
  if (!database.ok()) return cannot_begin(database.status());
  auto server = RunningServer::listen(*settings, arguments.argv(), **database, **log, points);
  if (!server.ok()) return cannot_begin(server.status());
  (*server)->run();
  server->reset();
  (*log)->info("STORAGE", "Closing the data directory");
  database->reset();
  (*log)->info("CONTROL", "Stopped");
  return kExitDone;
}

}  // namespace

extern const Subcommand row_serve{
    .name = "serve",
    .summary = "Serve a data directory to MongoDB's drivers, shell and tools",
    .examples =
        "  cairn serve                                          ./cairn-data on 127.0.0.1:27017\n"
        "  cairn serve --data /srv/cairn --port 27018 --memory 2GiB\n"
        "  cairn serve --bind '*' --advertise db.example.org:27017\n"
        "  CAIRN_PORT=27018 cairn serve --config cairn.yaml     a flag wins over a variable, a\n"
        "                                                       variable over the file\n",
    .options = setting_options(),
    .run = run,
};

}  // namespace cairn::server
