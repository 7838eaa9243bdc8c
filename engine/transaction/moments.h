// Moments: states of the store together with their time, kept for a while so that `atClusterTime`
// can name them.
//
// A state has the time of its newest change; it is the state of every later time up to the next
// change as well. One is kept about every second in which something was committed, after every
// change of the catalog, and whenever a reader was told its time. A state in between is made of the
// one before it and the change log (replay.h); what was made is kept as well, within the budget.
//
// What is kept keeps old versions of rows from being collected: so only so many, and those that
// nobody was told no longer than the window, nor than so much has been written. Thread-safety:
// Moments may be used by many threads; a Moment is constant.
#pragma once

#include "engine/catalog/catalog.h"
#include "engine/storage/storage.h"
#include "engine/transaction/replay.h"

#include <cairn/operation.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string_view>

namespace cairn {

class Moment;
// Shared: by those who read it, Moments, and what was made of it.
using MomentPtr = std::shared_ptr<const Moment>;

class Moment {
 public:
  Moment(Snapshot taken, OpTime at) : taken_(std::move(taken)), time_(at) {}
  // `made`: what `from` lacks at that time.
  Moment(MomentPtr from, std::unique_ptr<const ReplayedRows> made, OpTime at)
      : from_(std::move(from)), made_(std::move(made)), time_(at) {}

  OpTime time() const { return time_; }
  // What is in the store of it.
  const Snapshot& snapshot() const { return from_ != nullptr ? from_->snapshot() : *taken_; }
  // What comes over that; nullptr: nothing.
  const PendingRows* rows() const { return made_ != nullptr ? &made_->rows() : nullptr; }
  // Whether a name stands for what it does in the store.
  bool defined_as_stored(std::string_view full_name) const {
    return made_ == nullptr || !made_->redefined(full_name);
  }
  // Whether it is known what a collection held then.
  bool tells_of(Keyspace collection) const {
    return made_ == nullptr || made_->tells_of(collection);
  }

 private:
  const std::optional<Snapshot> taken_;
  const MomentPtr from_;
  const std::unique_ptr<const ReplayedRows> made_;
  const OpTime time_;
};

class Moments {
 public:
  using Clock = std::chrono::steady_clock;

  // Both outlive the object, which must end before the store closes. `made_bytes`: what made states
  // may take in memory together.
  Moments(Storage& storage, const Catalog& catalog, std::uint64_t made_bytes)
      : storage_(storage), catalog_(catalog) {
    budget_.limit = made_bytes;
  }

  // The state of now, or of that time; from a time that is still to come on, later writes have
  // later times. Errors: SnapshotTooOld where it is neither kept nor can be made, InvalidOptions
  // where it is years ahead, the interrupt's.
  Result<MomentPtr> at(std::optional<OpTime> time);
  // Keeps the state of now, so that later times can be made of it.
  void keep_now();
  // The same where it is due; and lets go of what has been kept for long enough. To be called every
  // 100 ms or so.
  void tick(Clock::time_point now);

  // How far back every time can be read; 0: only those that were told.
  std::chrono::seconds window() const { return std::chrono::seconds(window_.load()); }
  void set_window(std::chrono::seconds window) { window_ = window.count(); }

 private:
  static constexpr std::chrono::seconds kTold{300};
  static constexpr std::chrono::seconds kApart{1};
  // So much is written within the window at the most: rows that reach RocksDB's last level while a
  // state of before is kept are rewritten once it is not, which took a quarter of a bulk load's
  // time.
  static constexpr std::uint64_t kWindowBytes = 128 << 20;
  static constexpr std::size_t kMost = 4096;
  enum class For : std::uint8_t { kWindow, kToldReader };
  struct Kept {
    MomentPtr moment;
    Clock::time_point since;
    bool told = false;          // to a reader
    bool needed = false;        // times are made of it, up to the next one that is
    std::uint64_t written = 0;  // bytes that had been committed by then
  };

  Status reach(OpTime time) const;
  Result<MomentPtr> take() const;
  Result<MomentPtr> find(OpTime time) const;
  Result<MomentPtr> make(OpTime time);
  MomentPtr before(const std::deque<Kept>& all, OpTime time) const;
  Result<OpNumber> next_change(OpNumber after) const;
  bool knows_behind(OpTime time) const;
  bool is_long_ago(OpTime time) const;
  MomentPtr keep(const MomentPtr& moment, For whom);
  MomentPtr keep_made(const MomentPtr& moment);
  void make_room();
  std::deque<Kept> thin_out();
  bool due(Clock::time_point now) const;
  void expire(Clock::time_point now);

  Storage& storage_;
  const Catalog& catalog_;
  MemoryBudget budget_;
  std::atomic<std::int64_t> window_{300};
  mutable std::mutex mutex_;
  std::deque<Kept> kept_;  // guarded by mutex_, as the next; by their times
  std::deque<Kept> made_;
  // The ticking thread's: when it last kept a state, and what had been written by then.
  Clock::time_point ticked_{};
  OpNumber ticked_op_ = 0;
  std::uint64_t ticked_bytes_ = 0;
};

}  // namespace cairn
