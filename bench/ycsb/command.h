// `cairn bench ycsb`, as the table of benchmarks wants it.
#pragma once

#include "server/config/command_line.h"

namespace cairn::ycsb {

// Runs; the exit code.
int run_command(const server::Arguments& arguments);

}  // namespace cairn::ycsb
