// OpenTransaction: what a transaction reads and what it has written so far.
//
// It reads one snapshot with its own rows over it (`reader`), and collections as they were then
// (`find`). It writes into one WriteUnit, under intents that it keeps until it ends: another
// writer's intent, or a commit after the snapshot, is a WriteConflict at once. Leases are held by
// single statements only and taken again for the commit. Definitions of what it has read or written
// do not change while it may live (Catalog::use): a DDL waits for it, and it waits for one that
// came first only for moments. If it lives longer it fails where one did change. One that reads an
// earlier state does not know of single documents that were written before it began: it may write
// only to collections that the oplog says are unchanged since.
//
// Any error ends it: `abort` gives back everything. The commit is one unit: all or nothing, its
// oplog rows in a run. Thread-safety: belongs to one thread at a time; the budget is shared.
#pragma once

#include "engine/catalog/catalog.h"
#include "engine/storage/pending_rows.h"
#include "engine/storage/storage.h"
#include "engine/transaction/memory_budget.h"
#include "engine/transaction/moments.h"

#include <cairn/operation.h>

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

namespace cairn {

class OpenTransaction {
 public:
  struct Options {
    // Goes into every change record.
    std::optional<SessionStamp> session = {};
    // What it reads. Null: a state of its own, that of now. Without a session it writes nothing.
    MomentPtr moment = nullptr;
    // Until when a DDL waits for it.
    TransactionUses::Clock::time_point until = TransactionUses::Clock::time_point::max();
  };

  // All outlive the transaction. `budget`: of all open transactions of a database.
  OpenTransaction(Storage& storage, Catalog& catalog, MemoryBudget& budget, Options options);
  OpenTransaction(const OpenTransaction&) = delete;
  OpenTransaction& operator=(const OpenTransaction&) = delete;
  ~OpenTransaction() { abort(); }

  // OK, or why nothing more can be done in it: NoSuchTransaction after its end, what has doomed it.
  Status check() const;
  bool open() const { return held_.has_value(); }
  // Whether it reads a state for others, and writes nothing.
  bool read_only() const { return read_only_; }
  // The newest change that it sees.
  OpTime read_time() const { return read_time_; }
  // Why it ended, where an operation's error did that.
  const Status& failure() const { return failure_; }

  // REQUIRES of all that follow: open().
  Reader reader() const { return storage_.at(held_->moment->snapshot()).with(rows()); }
  // As it was in the snapshot. nullptr: there was none, or it was dropped or renamed since, which
  // dooms the transaction (SnapshotUnavailable), or a DDL keeps it, which does too (LockTimeout).
  CollectionRef find(const Namespace& name);

  // Keeps intents until the end. Error: WriteConflict.
  Status lock(std::span<const std::uint64_t> hashes);
  // As Catalog::lease, for one statement. Errors besides: WriteConflict where the definition has
  // changed since, OperationNotSupportedInTransaction (263) for capped and time-series collections.
  Result<Lease> lease(const Namespace& name);
  Result<Lease> lease_or_create(const Namespace& name);
  // Error: as Catalog::create.
  Result<CollectionRef> create(const Namespace& name, const CreateCollection& request);
  // Whether this transaction has made the collection.
  bool made(const CollectionEntry& collection) const;
  // Gives a collection that this transaction has made more indexes. REQUIRES: made, and empty.
  Status redefine(const CollectionRef& collection, CollectionDefinition definition,
                  DocumentView command);
  // Takes a statement's writes in. Error: TransactionTooLargeForCache (388); WriteConflict where
  // other transactions take up the memory.
  Status add(const WriteUnit& unit);

  // Nothing was written.
  bool empty() const { return held_->unit.empty() && counts_.empty(); }
  // Applies everything and ends; `with` adds rows of its own to the unit. On error nothing is
  // applied, and the transaction has ended too. Errors: WriteConflict, storage's.
  Result<CommitReceipt> commit(const std::function<void(WriteUnit&)>& with = {});
  // Gives everything back. Does nothing after the end.
  void abort();
  // The same because of an operation's error.
  void fail(Status why);
  // Makes `check` fail from now on; the operation that runs fails with it.
  void doom(Status why);

 private:
  struct Touched {
    CollectionRef collection;  // null: there was none
    bool made = false;
    bool written = false;
    TransactionUses::Use use = {};  // none of what it has made, nor where it only reads for others
  };
  // What an open transaction holds.
  struct Held {
    std::optional<ConflictWatch> watch;  // before the snapshot; none where nothing is written
    MomentPtr moment;
    Intents intents;
    bool locked = false;  // `intents` is of the table
    WriteUnit unit;
    PendingRows rows;  // the moment's, and those of `unit` over them; nothing where it only reads
  };

  const PendingRows& rows() const {
    const PendingRows* const made = held_->moment->rows();
    return read_only_ && made != nullptr ? *made : held_->rows;
  }
  void begin_with_rows_of_moment();
  std::uint64_t sequence() const { return held_->moment->snapshot().sequence(); }
  Touched* touch(const Namespace& name);
  Result<Touched> look_up(const Namespace& name) const;
  Result<CollectionRef> find_as_it_was(const Namespace& name) const;
  bool find_again(Touched& touched, const Namespace& name);
  Status check_unchanged(const Namespace& name);
  Status find_changed();
  Status charge(std::uint64_t bytes);
  void add_row(const WriteUnit::Write& write);
  Result<std::vector<Lease>> enter_written();
  void note_builds(const CollectionEntry& collection) const;
  Result<CommitReceipt> apply(const std::function<void(WriteUnit&)>& with);

  Storage& storage_;
  Catalog& catalog_;
  MemoryBudget& budget_;
  const std::optional<SessionStamp> session_;
  const TransactionUses::Clock::time_point until_;
  bool read_only_ = false;
  OpTime read_time_;
  bool behind_ = false;  // what it reads was taken before `watch`
  // Commits to single documents after this are conflicts.
  std::uint64_t conflicts_after_ = 0;
  // Of one that is behind, once it writes: the collections that were written to since.
  std::optional<std::set<std::string, std::less<>>> changed_;
  std::optional<Held> held_;  // none: it has ended
  Status doom_;
  Status failure_;
  std::map<std::string, Touched, std::less<>> touched_;  // by full name
  std::unordered_map<CollectionCounters*, CountDelta> counts_;
  std::uint64_t charged_ = 0;
};

}  // namespace cairn
