// CommitGroup: what the commit leader makes of the units it takes: one RocksDB batch. Internal to
// engine/storage.
//
// Thread-safety: the leader's alone.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <rocksdb/write_batch.h>

#include "engine/storage/commit_pipeline.h"
#include "engine/storage/rocks_store.h"
#include "engine/storage/write_unit.h"

namespace cairn {

class CommitGroup {
 public:
  CommitGroup(const RocksStore& store, OpNumber last_op, OpNumber last_row_op)
      : store_(store), last_op_(last_op), row_op_(last_row_op), pending_row_op_(last_row_op) {}

  // Starts a group at `wall_ms`.
  void begin(std::int64_t wall_ms);
  // Adds the unit's writes and oplog rows. REQUIRES: `first_op` is above every op number so far.
  void add(const WriteUnit& unit, OpNumber first_op);
  // Adds the rows of the totals that the units change.
  void finish();
  // The batch is written: its totals and its last row are the store's.
  void applied();
  // It is not: totals go back.
  void abandoned();

  rocksdb::WriteBatch& batch() { return batch_; }
  OpNumber last_op() const { return last_op_; }
  std::uint64_t oplog_bytes() const { return oplog_bytes_; }
  std::uint64_t changes() const { return changes_; }

 private:
  void add_write(const WriteUnit::Write& write, OpNumber op);
  void add_row(const Change& change, OpNumber op, TransactionPlace place);
  void add_count(const WriteUnit::Count& count);

  const RocksStore& store_;
  rocksdb::WriteBatch batch_;
  std::string header_;
  std::vector<CollectionCounters*> touched_;
  std::int64_t wall_ms_ = 0;
  OpNumber last_op_;
  OpNumber row_op_;          // of the newest row in the store
  OpNumber pending_row_op_;  // of the newest row in the batch
  std::uint64_t oplog_bytes_ = 0;
  std::uint64_t changes_ = 0;
};

}  // namespace cairn
