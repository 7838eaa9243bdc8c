// Runs a workload: fills the store, then lets threads do what the workload says, and times every
// operation.
#pragma once

#include "bench/latency/latencies.h"
#include "bench/ycsb/store.h"
#include "bench/ycsb/workload.h"

#include <array>
#include <cstdint>
#include <functional>
#include <string_view>

namespace cairn::ycsb {

struct RunOptions {
  std::uint64_t records = 100'000;
  std::uint64_t operations = 100'000;  // of each workload, over all threads
  std::uint64_t threads = 1;
  std::uint64_t load_batch = 1;  // records of one insert while loading
  std::uint64_t seed = 1;
};

struct OperationFigures {
  bench::Latencies latencies;  // of those that went well
  std::int64_t failed = 0;
};

struct PhaseFigures {
  std::array<OperationFigures, kOperations> operations;  // by Operation
  double seconds = 0;
  Status first_failure;

  std::int64_t done() const;
  std::int64_t failed() const;
  double per_second() const;  // operations; while loading: inserts, of load_batch records each
};

// Told now and then how many of how many are done. From the calling thread.
using Progress = std::function<void(std::string_view phase, std::uint64_t done, std::uint64_t of)>;

// Empties the store and inserts the records. Error: no connection, or the store cannot be emptied.
Result<PhaseFigures> load(Store& store, const RunOptions& options, const Progress& progress);
// REQUIRES: the store holds options.records records and no others. They are more afterwards if the
// workload inserts.
Result<PhaseFigures> run(Store& store, const Workload& workload, const RunOptions& options,
                         const Progress& progress);

}  // namespace cairn::ycsb
