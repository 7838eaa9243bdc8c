// What RocksDB counts of a thread's seeks.
#pragma once

#include <cstdint>

#include <rocksdb/perf_context.h>

namespace cairn {

// How many removed rows this thread has walked over so far. RocksDB counts them unasked
// (PerfLevel::kEnableCount is what a thread begins with), so that asking is one read.
inline std::uint64_t removed_rows_met() {
  return rocksdb::get_perf_context()->internal_delete_skipped_count;
}

}  // namespace cairn
