// cairn version: what this binary is.
#include "server/config/command_line.h"

#include <cairn/database.h>

#include <iostream>

namespace cairn::server {
namespace {

int run(const Arguments&) {
  std::cout << "cairn " << version() << "\n";
  return kExitDone;
}

}  // namespace

extern const Subcommand row_version{
    .name = "version",
    .summary = "Print the version",
    .examples = "  cairn version\n",
    .options = {},
    .run = run,
};

}  // namespace cairn::server
