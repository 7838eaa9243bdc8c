// RocksStore: the open RocksDB and its families. Internal to engine/storage.
//
// Thread-safety: everything but open and close, from any thread.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include <rocksdb/db.h>
#include <rocksdb/env.h>
#include <rocksdb/options.h>

#include <cairn/status.h>

#include "engine/storage/dead_keys.h"
#include "engine/storage/family.h"
#include "engine/storage/record_hints.h"
#include "engine/storage/rocks_options.h"
#include "engine/storage/write_health.h"

namespace cairn {

class RocksStore {
 public:
  struct Options {
    std::string path;
    std::uint64_t memory_bytes = 0;
    bool read_only = false;
    bool create = false;  // the directory is known to hold nothing yet
    // Recovery stops at the first hole in the log, instead of refusing to open: see
    // Storage::Parts::open_store.
    bool to_a_point_in_time = false;
    rocksdb::Env* env = nullptr;  // outlives the store
    bool in_memory = false;
    std::shared_ptr<WriteHealth> health;  // shared with RocksDB, which tells it of errors
    // Called when a flush or a compaction is in the manifest, before what it replaces is removed;
    // from RocksDB's threads, until the store is closed.
    std::function<void()> on_new_files;
  };

  static Result<std::unique_ptr<RocksStore>> open(const Options& options);
  RocksStore(const RocksStore&) = delete;
  RocksStore& operator=(const RocksStore&) = delete;
  ~RocksStore();
  Status close();

  rocksdb::DB& db() const { return *db_; }
  rocksdb::ColumnFamilyHandle* family(Family family) const {
    return families_[static_cast<std::size_t>(family)];
  }
  const rocksdb::ReadOptions& read_options() const { return read_options_; }
  WriteHealth& health() const { return *health_; }
  RecordHints& hints() const { return *hints_; }
  DeadKeys& dead_keys() const { return *dead_keys_; }
  const RocksTuning& tuning() const { return tuning_; }
  bool in_memory() const { return in_memory_; }
  void set_in_memory() { in_memory_ = true; }

 private:
  RocksStore() = default;
  RocksTuning tuning_;
  std::shared_ptr<WriteHealth> health_;
  std::unique_ptr<rocksdb::Env> guarded_env_;  // null: as given
  std::unique_ptr<RecordHints> hints_;
  std::unique_ptr<DeadKeys> dead_keys_ = std::make_unique<DeadKeys>();
  std::unique_ptr<rocksdb::DB> db_;
  std::array<rocksdb::ColumnFamilyHandle*, kFamilies> families_{};
  rocksdb::ReadOptions read_options_;
  bool in_memory_ = false;
};

}  // namespace cairn
