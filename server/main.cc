// cairn: one binary, one subcommand for each thing it does. To add one: a file with a `row_<name>`,
// and `cairn_subcommand(<name> …)` in CMake.
#include "server/config/command_line.h"

#include <cairn/database.h>

#include <string>

namespace cairn::server {

#define CAIRN_ROW(name) extern const Subcommand row_##name;
#include "server/commands/table.inc"
#undef CAIRN_ROW

namespace {

constexpr const Subcommand* kSubcommands[] = {
#define CAIRN_ROW(name) &row_##name,
#include "server/commands/table.inc"
#undef CAIRN_ROW
};

}  // namespace
}  // namespace cairn::server

int main(int argc, char** argv) {
  return cairn::server::run_command_line(cairn::server::kSubcommands, std::string(cairn::version()),
                                         argc, argv);
}
