// What a script is run against: a database embedded in this process, or a server.
#pragma once

#include <cairn/bson.h>
#include <cairn/command.h>
#include <cairn/status.h>

#include <memory>
#include <string_view>

namespace cairn::spec {

class Target {
 public:
  virtual ~Target() = default;
  virtual Result<Document> run(std::string_view database, DocumentView command) = 0;
  // Closes the database in order and opens it again.
  virtual Status reopen() = 0;
};

// A directory of its own under the system's temporary one; removed at the end.
Result<std::unique_ptr<Target>> open_embedded(const CommandRunnerOptions& options);

// Starts `binary` on a free port of the loopback. With `sections` array arguments travel as
// sections of kind 1.
Result<std::unique_ptr<Target>> start_server(std::string_view binary,
                                             const CommandRunnerOptions& options, bool sections);

}  // namespace cairn::spec
