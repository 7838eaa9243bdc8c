// What the wire is compared with where `ping` says nothing: the same inserts without a server.
#pragma once

#include "bench/load/figures.h"
#include "bench/load/workload.h"

#include <cairn/status.h>

#include <chrono>

namespace cairn::load {

// insertMany's batches into a database of this process, in a directory that is removed again, from
// one thread. The clock runs inside `insert` alone: making the batches is the client's part.
Result<Figures> run_in_process(std::chrono::milliseconds duration, const WorkloadOptions& workload);

}  // namespace cairn::load
