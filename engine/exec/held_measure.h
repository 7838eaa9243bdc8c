// HeldMeasure: what an operator that holds records until it has read all of them (a sort, a
// grouping) took of memory and disk; what `explain` tells of it.
#pragma once

#include <cstdint>

namespace cairn::exec {

struct HeldMeasure {
  std::int64_t bytes = 0;            // of all that was held, at whatever time
  std::int64_t spills = 0;           // how often memory was emptied to disk
  std::int64_t spilled_records = 0;  // in all of them
  std::int64_t spilled_bytes = 0;    // in memory
  std::int64_t storage_bytes = 0;    // on disk

  HeldMeasure& operator+=(const HeldMeasure& other) {
    bytes += other.bytes;
    spills += other.spills;
    spilled_records += other.spilled_records;
    spilled_bytes += other.spilled_bytes;
    storage_bytes += other.storage_bytes;
    return *this;
  }
};

}  // namespace cairn::exec
