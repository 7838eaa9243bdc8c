// Moments: states of the store that were shown to readers together with their time, kept for a
// while so that more can be read of the same state.
//
// A state has the time of its newest change; it is the state of every later time up to the next
// change as well. What is kept keeps old versions of rows from being collected: so only so many,
// and none for longer than `kKept`. Thread-safety: Moments may be used by many threads; a Moment is
// constant.
#pragma once

#include "engine/storage/storage.h"

#include <cairn/operation.h>

#include <chrono>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>

namespace cairn {

struct Moment {
  Moment(Snapshot taken, OpTime at) : snapshot(std::move(taken)), time(at) {}
  const Snapshot snapshot;
  const OpTime time;
};
// Shared: by those who read it, and Moments.
using MomentPtr = std::shared_ptr<const Moment>;

class Moments {
 public:
  using Clock = std::chrono::steady_clock;

  // `storage` outlives the object, which must end before it closes.
  explicit Moments(Storage& storage) : storage_(storage) {}

  // The state of now, or of that time. Error: SnapshotTooOld where it is not kept.
  Result<MomentPtr> at(std::optional<OpTime> time);
  // Lets go of what has been kept for long enough.
  void expire(Clock::time_point now);

 private:
  static constexpr std::chrono::seconds kKept{300};
  static constexpr std::size_t kMost = 1000;
  struct Kept {
    MomentPtr moment;
    Clock::time_point since;
  };

  Result<MomentPtr> take() const;
  Result<MomentPtr> find(OpTime time) const;
  Result<OpNumber> next_change(OpNumber after) const;
  void keep(const MomentPtr& moment);

  Storage& storage_;
  mutable std::mutex mutex_;
  std::deque<Kept> kept_;  // guarded by mutex_; by their times
};

}  // namespace cairn
