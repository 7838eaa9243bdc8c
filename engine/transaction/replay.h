// Replay: makes the state of a time between two that are kept, out of the older one and what the
// change log has since, as rows over it.
//
// Documents are written as they were when it happened, by the same code and with all their index
// entries (engine/records), but nothing is committed. An inserted document lies where it lies now,
// so that a transaction that reads the state can write to it; one that is gone since, under a
// record id that no other ever gets. Definitions are those of the older state: names that stand for
// something else since are said to, and of collections that cannot be read as they were
// (Catalog::as_of) nothing is told. Thread-safety: many threads may replay; what comes out is
// constant.
#pragma once

#include "engine/catalog/catalog.h"
#include "engine/storage/pending_rows.h"
#include "engine/storage/storage.h"
#include "engine/storage/write_unit.h"
#include "engine/transaction/memory_budget.h"

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <utility>

namespace cairn {

// Rows with their bytes.
class ReplayedRows {
 public:
  // `budget`, of all replayed rows of a database, outlives the object.
  explicit ReplayedRows(MemoryBudget& budget) : budget_(budget) {}
  ReplayedRows(const ReplayedRows&) = delete;
  ReplayedRows& operator=(const ReplayedRows&) = delete;
  ~ReplayedRows() { budget_.used.fetch_sub(bytes_); }

  const PendingRows& rows() const { return rows_; }
  // Whether what a name stood for may not be that of the state under them.
  bool redefined(std::string_view full_name) const { return redefined_.contains(full_name); }
  void set_redefined(std::string full_name) { redefined_.insert(std::move(full_name)); }
  // Whether they tell what a collection held.
  bool tells_of(Keyspace collection) const { return !untold_.contains(collection); }
  void set_untold(Keyspace collection) { untold_.insert(collection); }
  // Copies what `unit` does to single rows. Error: SnapshotTooOld beyond the budget.
  Status add(const WriteUnit& unit);

 private:
  void set(Family family, std::string_view key, const PendingRow& row);

  MemoryBudget& budget_;
  std::array<std::map<std::string, std::string, std::less<>>, kFamilies> values_;
  PendingRows rows_;  // of values_
  std::uint64_t bytes_ = 0;
  std::set<std::string, std::less<>> redefined_;
  std::set<Keyspace> untold_;
};

struct ReplayRange {
  OpNumber behind = 0;  // the state's own
  OpNumber last = 0;    // the last of its commit
};

// The last change of the newest commit up to `time`; not less than `behind`.
Result<OpNumber> last_commit(const Storage& storage, OpNumber behind, OpNumber time);
// The rows that `state`, of the time `range.behind`, lacks at `range.last`. Errors: SnapshotTooOld
// where the log no longer has them or they are too large, the interrupt's.
Result<std::unique_ptr<const ReplayedRows>> replay(const Storage& storage, const Catalog& catalog,
                                                   const Snapshot& state, ReplayRange range,
                                                   MemoryBudget& budget);

}  // namespace cairn
