// CommitPipeline: puts concurrent WriteUnits into one total order and writes them in groups.
//
// The first waiting thread leads: it takes all units that wait, gives each change an op number,
// adds the oplog rows and the new collection totals, and writes ONE batch; meanwhile the next group
// forms. A single writer pays for no other thread. Total order = oplog order = RocksDB order; there
// are no holes. Thread-safety: everything, from any thread.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <span>

#include <cairn/status.h>

#include "engine/storage/commit_log.h"
#include "engine/storage/intents.h"
#include "engine/storage/write_unit.h"

namespace cairn {

struct CommitReceipt {
  // The unit's changes have op numbers first_op … last_op in order (rising, not always by one). A
  // unit without changes has one number too, without an oplog row.
  OpNumber first_op = 0;
  OpNumber last_op = 0;
  // Orders commits and snapshots (Snapshot::sequence).
  std::uint64_t sequence = 0;
};

struct CommitCounts {
  std::uint64_t commits = 0;
  std::uint64_t groups = 0;
  std::uint64_t changes = 0;
  std::uint64_t bytes = 0;
};

class CommitPipeline {
 public:
  struct Options {
    // The newest op number in the store (0: none), and that of the newest oplog row.
    OpNumber last_op = 0;
    OpNumber last_row_op = 0;
    // Milliseconds since 1970. Tests set it.
    std::function<std::int64_t()> clock;
    // Called by the leader after each group, quick, with the group's last op and its oplog bytes.
    std::function<void(OpNumber last_op, std::uint64_t oplog_bytes)> on_commit;
    // Refuses writes while the store is read-only; nullptr: never.
    std::function<Status()> admit;
  };

  CommitPipeline(RocksStore& store, CommitLog& log, Options options);
  CommitPipeline(const CommitPipeline&) = delete;
  CommitPipeline& operator=(const CommitPipeline&) = delete;
  ~CommitPipeline();

  // Becomes the log's appender. Before the first commit.
  Status start();

  // Applies `unit`; on return readers see it and `kill -9` cannot lose it (fsync: see Durability).
  // On error nothing of it is applied. With `intents`, open transactions learn of the commit before
  // the intents can be released.
  Result<CommitReceipt> commit(const WriteUnit& unit, Intents* intents = nullptr);

  // The newest op number that readers see: `operationTime`.
  OpNumber last_op() const;
  CommitCounts counts() const;

 private:
  struct Waiter;
  struct Forming;  // a group that others may still join
  struct State;

  void wait_in_line(Waiter& waiter, std::unique_lock<std::mutex>& lock);
  void lead(std::span<Waiter* const> group);
  void pass_on();
  Result<LogPosition> append();

  std::unique_ptr<State> state_;
};

}  // namespace cairn
