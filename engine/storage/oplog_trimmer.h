// OplogTrimmer: keeps the oplog within its size by removing the oldest rows, whole files at a time,
// but none that is younger than the time for which rows are kept.
//
// First a meta row moves the oplog's start; then the files that lie wholly before it are deleted.
// No range tombstone is written: one that reaches from the oldest row on would have every
// compaction rewrite the whole oplog. Rows before the start may linger in the store after a crash;
// nobody reads them, and the next trim deletes their files. Internal to engine/storage.
// Thread-safety: `appended` from the commit leader, `trim` from one thread at a time, `start` from
// any.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <utility>

#include <cairn/status.h>

#include "engine/storage/family.h"

namespace cairn {

class CommitPipeline;
class RocksStore;

class OplogTrimmer {
 public:
  struct Limits {
    std::uint64_t bytes = 0;
    // Rows younger than this stay, whatever the size.
    double min_hours = 0;
    std::function<std::int64_t()> clock;  // milliseconds since 1970
  };
  OplogTrimmer(RocksStore& store, CommitPipeline& commits, Limits limits)
      : store_(store), commits_(commits), limits_(std::move(limits)) {}

  // Reads the persisted start.
  Status load();
  void appended(std::uint64_t bytes) { since_.fetch_add(bytes, std::memory_order_relaxed); }
  // Removes what exceeds the limit, if enough was appended since the last look.
  Status trim();
  // Rows before it are gone; 0: none ever was removed.
  OpNumber start() const { return start_.load(); }

 private:
  // The newest op number to remove, or 0.
  Result<OpNumber> cut() const;
  // The first op number that is too young to be removed.
  OpNumber first_kept() const;
  Status delete_files() const;

  RocksStore& store_;
  CommitPipeline& commits_;
  const Limits limits_;
  std::atomic<std::uint64_t> since_{0};
  std::atomic<OpNumber> start_{0};
};

}  // namespace cairn
