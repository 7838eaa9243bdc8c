// What RocksDB alone takes, in this process, for what a request needs of it: no server can do the
// request for less. Compared with what the server takes for a ping, that bounds what the request
// can reach.
#pragma once

#include "bench/load/figures.h"
#include "bench/load/workload.h"

#include <cairn/status.h>

#include <chrono>
#include <string_view>

namespace cairn::load {

// "rawInsert": the rows of an insert (document, `_id` entry, change record), written with those of
// seven others, and the question whether its `_id` is new. "rawFind": one Get of a document.
bool is_floor(std::string_view operation);

// Runs it on one thread; `client_seconds` is the time of all the process's threads, flushes and
// compactions included.
Result<Figures> run_floor(std::string_view operation, std::chrono::milliseconds duration,
                          const WorkloadOptions& workload);

}  // namespace cairn::load
