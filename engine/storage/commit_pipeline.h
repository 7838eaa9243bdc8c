// CommitPipeline: puts concurrent WriteUnits into one total order and writes them in groups.
//
// The first waiting thread leads: it takes all units that wait, adds the oplog rows and the new
// collection totals, and writes ONE batch; meanwhile the next group forms. A single writer pays for
// no other thread. Units get their op numbers as they come, and groups are led in that order: total
// order = oplog order = RocksDB order; there are no holes.
//
// A writer that has better things to do than wait stages its unit: the next leader applies it with
// its group. Where nobody leads, staged units wait for `lead_staged`, or for a writer that waits.
// Thread-safety: everything, from any thread.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <span>

#include <cairn/status.h>

#include "engine/storage/commit_log.h"
#include "engine/storage/intents.h"
#include "engine/storage/step.h"
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

// A unit that its writer does not wait for, with all that must live until it is applied.
class StagedCommit {
 public:
  StagedCommit() = default;
  StagedCommit(const StagedCommit&) = delete;
  StagedCommit& operator=(const StagedCommit&) = delete;
  virtual ~StagedCommit() = default;

  // Called once, when the unit is applied or has failed, by the thread that led; then the object
  // ends. Readers see the unit already. Quick, and free to commit and to stage.
  virtual void done(const Status& status) = 0;

  WriteUnit unit;   // borrows nothing that ends before the object
  Intents intents;  // of the documents that the unit writes
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
    AtStep at_step;  // for tests; null: nobody is told
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

  // Until no commit to come has a number up to `op`: where that is ahead of them, an empty one
  // takes it. Error: what a commit's would be.
  Status advance_to(OpNumber op);

  // Lets `staged` be applied by the next leader and returns; its `done` may be called before this
  // returns. The receipt has no sequence yet. On error `done` is not called.
  // REQUIRES: the unit is not empty; somebody calls `lead_staged` soon.
  Result<CommitReceipt> stage(std::unique_ptr<StagedCommit> staged);
  // Applies what is staged, unless another thread is at it, which then goes on to apply it all.
  void lead_staged();

  // The newest op number that readers see: `operationTime`.
  OpNumber last_op() const;
  CommitCounts counts() const;

 private:
  struct Waiter;
  struct Forming;  // a group that others may still join
  struct State;

  using Group = std::shared_ptr<Forming>;  // shared by its waiters: the last to wake frees it

  Status apply(Waiter& waiter, std::unique_lock<std::mutex> lock);
  void number(Waiter& waiter);
  Group& join(std::size_t bytes);
  Group take_front();
  void wait_in_line(Waiter& waiter, std::unique_lock<std::mutex>& lock);
  void lead(std::span<Waiter* const> waiters);
  void lead_on(Group group);
  Group pass_on();
  Result<LogPosition> append();

  std::unique_ptr<State> state_;
};

}  // namespace cairn
