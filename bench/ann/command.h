// `cairn bench ann`, as the table of benchmarks wants it.
#pragma once

#include "server/config/command_line.h"

namespace cairn::ann {

// Runs; the exit code.
int run_command(const server::Arguments& arguments);

}  // namespace cairn::ann
