// Keyspaces: gives out keyspace ids, and takes back what dropped ones held.
//
// Ids rise, are reserved in batches persisted in meta, and are never reused. A drop only writes a
// meta 'D' row with the rest of its batch; the reaper later merges adjacent dropped keyspaces and
// removes their keys together, so that ten thousand drops cost a few range tombstones and no reader
// pays for them. 'D' rows go in the batch that removes the keys. Thread-safety: from any thread.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>

#include <cairn/status.h>

#include "engine/storage/family.h"
#include "engine/storage/reader.h"
#include "engine/storage/step.h"
#include "engine/storage/write_unit.h"

namespace cairn {

class CommitPipeline;
class RocksStore;

class Keyspaces {
 public:
  struct Options {
    std::uint32_t reserve = 1024;           // ids per persisted batch
    std::uint32_t max_range_removals = 16;  // runs removed by DeleteRange per pass
    std::uint32_t small_run_keys = 256;     // a run with fewer keys is removed key by key
    std::uint64_t compact_bytes = 32ULL
                                  << 20;    // dropped bytes after which files are compacted at once
    std::uint32_t compact_tombstones = 64;  // range tombstones after which they are compacted away
    AtStep at_step;                         // for tests; null: nobody is told
  };

  Keyspaces(RocksStore& store, CommitPipeline& commits, const Options& options);

  // Reads the persisted state. Before anything else.
  Status load();

  // The first of `count` adjacent fresh keyspaces. Ids of creations that fail stay unused.
  Result<Keyspace> allocate(std::uint32_t count = 1);

  // Adds to `unit` that keyspaces [first, first + count) are dropped. After the commit: `dropped`.
  static void drop(WriteUnit& unit, Keyspace first, std::uint32_t count);
  // The commit of that unit succeeded: the reaper may have them.
  void dropped(Keyspace first, std::uint32_t count);

  // One pass: removes the keys of all dropped keyspaces and, when much is gone, compacts. The
  // maintenance thread calls it.
  Status reap();
  // Dropped keyspaces not yet reaped.
  std::uint64_t pending() const;
  // The next id that `allocate` will give.
  Keyspace next() const;

 private:
  using Runs = std::map<Keyspace, Keyspace>;  // first -> end, merged, disjoint

  // One pass of the reaper.
  struct Pass {
    WriteUnit unit;
    Runs removed;    // in `unit`
    Runs postponed;  // beyond the pass's share of range removals
    std::uint64_t keyspaces = 0;
    std::uint32_t range_removals = 0;  // runs removed by range
    std::uint64_t bytes = 0;           // that those held
  };

  static void merge(Runs& runs, Keyspace first, Keyspace end);
  Status reap_run(Pass& pass, Keyspace first, Keyspace end);
  Result<bool> more_keys_than(Family family, KeyRange range, std::uint32_t limit) const;
  Status remove_keys(Pass& pass, Family family, KeyRange range) const;
  Status commit_pass(Pass& pass);
  Status compact_after(const Pass& pass);
  Status compact_run(Keyspace first, Keyspace end) const;

  RocksStore& store_;
  CommitPipeline& commits_;
  const Options options_;

  mutable std::mutex mutex_;
  Keyspace next_ = 1;
  Keyspace reserved_end_ = 1;
  Runs dropped_;
  std::uint64_t pending_ = 0;

  // The reaper's own.
  std::mutex reap_mutex_;
  Runs removed_;  // removed by range since the last compaction
  std::uint32_t tombstones_ = 0;
  std::uint64_t removed_bytes_ = 0;
};

}  // namespace cairn
