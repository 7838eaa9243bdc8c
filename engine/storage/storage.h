// Storage: one data directory and everything that runs on it. No globals: a process may have many.
//
//   auto storage = Storage::open("/data", {.memory_bytes = 512 << 20});
//   WriteUnit unit;
//   unit.put(Family::kDoc, RecordKey(keyspace, 1), bytes);
//   auto receipt = (*storage)->commits().commit(unit);
//   (*storage)->syncer().wait_durable(receipt->last_op);
//
// Thread-safety: everything but open and close, from any thread. Readers, snapshots, cursors,
// pinned values and intents must end before the Storage does.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <cairn/bson.h>
#include <cairn/status.h>

#include "engine/storage/bulk_load.h"
#include "engine/storage/commit_log.h"
#include "engine/storage/commit_pipeline.h"
#include "engine/storage/commit_signal.h"
#include "engine/storage/counters.h"
#include "engine/storage/durability.h"
#include "engine/storage/family.h"
#include "engine/storage/intents.h"
#include "engine/storage/keys.h"
#include "engine/storage/keyspaces.h"
#include "engine/storage/reader.h"
#include "engine/storage/spill_space.h"
#include "engine/storage/step.h"
#include "engine/storage/write_unit.h"

namespace rocksdb {
class FileSystem;
}  // namespace rocksdb

namespace cairn {

struct StorageOptions {
  // One budget for block cache and memtables together; the process stays near it. At least 16 MiB.
  std::uint64_t memory_bytes = 256ULL << 20;
  // Everything in memory, nothing on disk, gone when closed. For tests; `path` is only a name.
  bool in_memory = false;
  // Nothing is written; commits fail. Several processes may read one directory, while none writes
  // it.
  bool read_only = false;
  bool create_if_missing = true;
  std::uint32_t sync_interval_ms = 100;
  // Oldest oplog rows go when the oplog takes more disk than this, but none that is younger than
  // `oplog_min_hours`.
  std::uint64_t oplog_bytes = 1ULL << 30;
  double oplog_min_hours = 0;
  std::uint32_t maintenance_interval_ms = 2000;
  // Opens even if the durable watermark says that acknowledged writes are lost; the new end becomes
  // the truth.
  bool accept_data_loss = false;
  // What an operator should know: a text that is the same for every event of a kind, and what is
  // particular to this one. From any thread. Null: nobody is told.
  std::function<void(std::string_view message, DocumentView attributes)> log;
  // Milliseconds since 1970; null: the system's clock.
  std::function<std::int64_t()> clock;
  // Tests put their own between the store and the disk. Null: the operating system's.
  std::shared_ptr<rocksdb::FileSystem> file_system;
  Keyspaces::Options keyspaces;
  AtStep at_step;  // for tests; null: nobody is told
  // Queries spill to disk only while it has this much room left.
  std::uint64_t min_free_bytes_to_spill = 500ULL << 20;
};

struct StorageStatistics {
  std::uint64_t memory_budget_bytes = 0;
  std::uint64_t cache_used_bytes = 0;
  std::uint64_t cache_pinned_bytes = 0;
  std::uint64_t memtable_bytes = 0;
  std::uint64_t table_reader_bytes = 0;
  std::uint64_t file_bytes[kFamilies] = {};  // on disk
  std::uint64_t files[kFamilies] = {};
  std::uint64_t oplog_start = 0;
  std::uint64_t oplog_limit_bytes = 0;
  std::uint64_t last_op = 0;
  std::uint64_t durable_op = 0;
  std::uint64_t pending_compaction_bytes = 0;
  std::uint64_t running_compactions = 0;
  std::uint64_t running_flushes = 0;
  bool writes_stopped = false;
  std::uint64_t delayed_write_rate = 0;  // bytes/s; 0: not delayed
  std::uint64_t snapshots = 0;
  std::uint64_t dropped_keyspaces_pending = 0;
  std::uint64_t slow_seeks = 0;   // since the start: that met many removed rows
  std::uint64_t dead_ranges = 0;  // that came of them: seeks pass over those
  std::uint64_t syncs = 0;
  std::uint64_t spill_bytes = 0;          // in files of running queries
  std::uint64_t spill_bytes_written = 0;  // since the start
  CommitCounts commits;
  bool read_only = false;
};

class Storage {
 public:
  // Errors: DBPathInUse (another process or Storage has the directory), NonExistentPath,
  // InvalidOptions (not a Cairn directory, newer format), Unauthorized (directory not writable),
  // OutOfDiskSpace, InternalError (corruption: names the file; acknowledged writes lost: names how
  // far).
  static Result<std::unique_ptr<Storage>> open(const std::string& path,
                                               const StorageOptions& options = {});
  Storage(const Storage&) = delete;
  Storage& operator=(const Storage&) = delete;
  // Syncs and closes; errors of that are lost: call `close` to see them.
  ~Storage();
  // Ends the threads, syncs everything, notes the watermark. Afterwards only the destructor may be
  // called.
  Status close();

  Reader latest() const;
  Snapshot snapshot() const;
  Reader at(const Snapshot& snapshot) const;  // REQUIRES: `snapshot` outlives the reader

  CommitPipeline& commits();
  Syncer& syncer();
  // Raised after every group of commits, when readers see it.
  CommitSignal& committed();
  IntentTable& intents();
  Keyspaces& keyspaces();
  CounterTable& counters();
  CommitLog& log();
  // For what a query cannot hold in memory: DIR/spill, or the system's temporary folder where
  // nothing may be written here.
  SpillSpace& spill();
  // For a fresh keyspace of `family`.
  BulkLoad bulk_load(Family family);

  // To StorageOptions::at_step.
  void reached(std::string_view step) const;
  // What indexes that are kept in memory hold, all together. It is part of the budget: the block
  // cache gives up as much, but keeps a quarter of its own size. The latest call counts.
  void hold_memory(std::uint64_t bytes);
  // StorageOptions::memory_bytes.
  std::uint64_t memory_budget() const;

  // To StorageOptions::log.
  void tell(std::string_view message, DocumentView attributes = {}) const;

  // Writes all memtables to files (the `fsync` command).
  Status flush();
  // Rewrites a range's files without what is dead (the `compact` command).
  Status compact(Family family, KeyRange range);
  // Reads every file and checks every checksum. Error: InternalError, names the file.
  Status verify_checksums() const;
  // The oldest op number whose row the oplog is sure to have: readers of the oplog start here.
  OpNumber oplog_start() const;
  // Runs reaping and oplog trimming now rather than in the background.
  Status maintain();

  StorageStatistics statistics() const;
  // OK, or why the store refuses writes. It writes again by itself once the cause is gone.
  Status health() const;
  const Uuid& uuid() const;
  const std::string& path() const;

 private:
  struct Parts;
  explicit Storage(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace cairn
