#include "engine/transaction/moments.h"

#include <algorithm>
#include <utility>

namespace cairn {

// Changes up to the last number are seen; of what was committed since, the change log tells.
Result<MomentPtr> Moments::take() const {
  const OpNumber before = storage_.commits().last_op();
  Snapshot snapshot = storage_.snapshot();
  KeyCursor newest = storage_.at(snapshot).scan(Family::kOplog, {}, {Direction::kBackward});
  newest.seek_first();
  CAIRN_RETURN_IF_ERROR(newest.status());
  const OpNumber seen = newest.valid() ? op_number_of(newest.key()) : 0;
  newest = KeyCursor();
  return std::make_shared<const Moment>(std::move(snapshot), OpTime{std::max(before, seen)});
}

// The number of the first change after `after`, or the highest one.
Result<OpNumber> Moments::next_change(OpNumber after) const {
  const OpKey from(after + 1);
  KeyCursor changes = storage_.latest().scan(Family::kOplog, {from.view(), {}});
  changes.seek_first();
  CAIRN_RETURN_IF_ERROR(changes.status());
  return changes.valid() ? op_number_of(changes.key()) : UINT64_MAX;
}

Result<MomentPtr> Moments::find(OpTime time) const {
  MomentPtr before;
  {
    const std::lock_guard lock(mutex_);
    for (const Kept& kept : kept_) {
      if (kept.moment->time <= time) before = kept.moment;
    }
  }
  if (before != nullptr && before->time == time) return before;
  const bool known = before != nullptr && storage_.oplog_start() <= before->time.value + 1;
  if (!known) return MomentPtr();
  CAIRN_ASSIGN_OR_RETURN(const OpNumber next, next_change(before->time.value));
  return next > time.value ? before : nullptr;
}

Result<MomentPtr> Moments::at(std::optional<OpTime> time) {
  if (time) {
    CAIRN_ASSIGN_OR_RETURN(MomentPtr found, find(*time));
    if (found != nullptr) return found;
  }
  CAIRN_ASSIGN_OR_RETURN(MomentPtr now, take());
  if (time && *time < now->time) {
    return Status(ErrorCode::kSnapshotTooOld,
                  "Read timestamp is older than the oldest available timestamp: no state of that "
                  "time is kept");
  }
  keep(now);
  return now;
}

void Moments::keep(const MomentPtr& moment) {
  const std::lock_guard lock(mutex_);
  const auto place = std::find_if(kept_.begin(), kept_.end(), [&](const Kept& kept) {
    return kept.moment->time >= moment->time;
  });
  if (place != kept_.end() && place->moment->time == moment->time) return;
  kept_.insert(place, {moment, Clock::now()});
  if (kept_.size() > kMost) kept_.pop_front();
}

void Moments::expire(Clock::time_point now) {
  std::deque<Kept> gone;
  const std::lock_guard lock(mutex_);
  while (!kept_.empty() && now - kept_.front().since > kKept) {
    gone.push_back(std::move(kept_.front()));
    kept_.pop_front();
  }
}

}  // namespace cairn
