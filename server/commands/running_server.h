// The parts of a server put together: network, MongoDB's protocol, dialect, log.
#pragma once

#include "server/config/settings.h"
#include "server/log/log.h"

#include <cairn/database.h>

#include <memory>
#include <string>
#include <vector>

namespace cairn::mongodb {
class FailPoints;
}  // namespace cairn::mongodb

namespace cairn::server {

class RunningServer {
 public:
  // Listens. REQUIRES: `database` and `log` outlive it.
  static Result<std::unique_ptr<RunningServer>> listen(const Settings& settings,
                                                       const std::vector<std::string>& argv,
                                                       Database& database, log::Log& log,
                                                       std::shared_ptr<mongodb::FailPoints> points);
  ~RunningServer();
  RunningServer(const RunningServer&) = delete;
  RunningServer& operator=(const RunningServer&) = delete;

  // Serves until SIGINT, SIGTERM or the command `shutdown`; returns when every client is gone.
  void run();

 private:
  struct State;
  explicit RunningServer(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace cairn::server
