#include "engine/transaction/moments.h"

#include <cairn/limits.h>

#include <algorithm>
#include <string>
#include <utility>

namespace cairn {
namespace {

// By which what is kept is ordered.
constexpr auto kTimeOf = [](const auto& kept) { return kept.moment->time(); };

Status too_old() {
  return {ErrorCode::kSnapshotTooOld,
          "Read timestamp is older than the oldest available timestamp: no state of that time is "
          "kept"};
}

}  // namespace

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

// To be asked after the log was looked at: what was trimmed by then may not have been seen.
bool Moments::knows_behind(OpTime time) const { return storage_.oplog_start() <= time.value + 1; }

// A state may be that of times long before it was kept.
bool Moments::is_long_ago(OpTime time) const {
  const std::chrono::seconds kept = std::max(kTold, window());
  const std::int64_t now = Date::now().milliseconds / 1000;
  return std::int64_t{time.timestamp().seconds} + kept.count() < now;
}

// The newest of `all` up to `time`, or nullptr.
MomentPtr Moments::before(const std::deque<Kept>& all, OpTime time) const {
  const std::lock_guard lock(mutex_);
  const auto behind = std::ranges::upper_bound(all, time, {}, kTimeOf);
  return behind == all.begin() ? nullptr : std::prev(behind)->moment;
}

Result<MomentPtr> Moments::find(OpTime time) const {
  MomentPtr newest = before(kept_, time);
  if (MomentPtr made = before(made_, time);
      made != nullptr && (newest == nullptr || newest->time() < made->time())) {
    newest = std::move(made);
  }
  if (newest == nullptr || newest->time() == time) return newest;
  if (is_long_ago(time)) return MomentPtr();
  CAIRN_ASSIGN_OR_RETURN(const OpNumber next, next_change(newest->time().value));
  return next > time.value && knows_behind(newest->time()) ? newest : nullptr;
}

// What is read at a time that is still to come must be all that there ever is of it.
Status Moments::reach(OpTime time) const {
  if (time.value <= storage_.commits().last_op()) return {};
  const std::int64_t now = Date::now().milliseconds / 1000;
  if (time.timestamp().seconds > now + kMaxClockAheadSeconds) {
    return {ErrorCode::kInvalidOptions,
            "the time to read is too far ahead of this machine's clock, in seconds: " +
                std::to_string(time.timestamp().seconds - now)};
  }
  return storage_.commits().advance_to(time.value);
}

Result<MomentPtr> Moments::at(std::optional<OpTime> time) {
  if (time) {
    CAIRN_RETURN_IF_ERROR(reach(*time));
    CAIRN_ASSIGN_OR_RETURN(MomentPtr found, find(*time));
    if (found != nullptr) return found;
  }
  CAIRN_ASSIGN_OR_RETURN(const MomentPtr now, take());
  if (!time || now->time() <= *time) return keep(now, For::kToldReader);
  return make(*time);
}

Result<MomentPtr> Moments::make(OpTime time) {
  if (window_ == 0 || is_long_ago(time)) return too_old();
  const MomentPtr from = before(kept_, time);
  if (from == nullptr) return too_old();
  ReplayRange range{.behind = from->time().value};
  CAIRN_ASSIGN_OR_RETURN(range.last, last_commit(storage_, range.behind, time.value));
  if (!knows_behind(from->time())) return too_old();
  if (range.last == range.behind) return from;
  const OpTime made_time{range.last};
  // The time may be within a commit, whose number is then another.
  if (MomentPtr same = before(made_, made_time); same != nullptr && same->time() == made_time) {
    return same;
  }
  make_room();
  CAIRN_ASSIGN_OR_RETURN(std::unique_ptr<const ReplayedRows> rows,
                         replay(storage_, catalog_, from->snapshot(), range, budget_));
  return keep_made(std::make_shared<const Moment>(from, std::move(rows), made_time));
}

MomentPtr Moments::keep(const MomentPtr& moment, For whom) {
  const bool told = whom == For::kToldReader;
  std::deque<Kept> gone;
  const std::lock_guard lock(mutex_);
  const auto place = std::ranges::lower_bound(kept_, moment->time(), {}, kTimeOf);
  if (place != kept_.end() && place->moment->time() == moment->time()) {
    if (told) place->since = Clock::now();
    place->told = place->told || told;
    place->needed = place->needed || !told;
    return place->moment;
  }
  kept_.insert(place, {moment, Clock::now(), told, !told, storage_.commits().counts().bytes});
  if (kept_.size() > kMost) gone = thin_out();
  return moment;
}

// What readers were told can be made again of the states before. REQUIRES: mutex_. What goes is
// given back, to end without the lock.
std::deque<Moments::Kept> Moments::thin_out() {
  std::deque<Kept> left;
  std::deque<Kept> gone;
  for (Kept& kept : kept_) {
    const bool stays = window_ == 0 || left.empty() || kept.needed;
    (stays ? left : gone).push_back(std::move(kept));
  }
  if (left.size() > kMost) {
    gone.push_back(std::move(left.front()));
    left.pop_front();
  }
  kept_ = std::move(left);
  return gone;
}

MomentPtr Moments::keep_made(const MomentPtr& moment) {
  const std::lock_guard lock(mutex_);
  const auto place = std::ranges::lower_bound(made_, moment->time(), {}, kTimeOf);
  const bool there = place != made_.end() && place->moment->time() == moment->time();
  if (there) return place->moment;
  made_.insert(place, {moment, Clock::now()});
  return moment;
}

// What is read goes on being there for its readers, and counts.
void Moments::make_room() {
  const std::lock_guard lock(mutex_);
  while (!made_.empty() && budget_.used > budget_.limit / 2) {
    made_.erase(std::ranges::min_element(made_, {}, &Kept::since));
  }
}

void Moments::keep_now() {
  if (window_ == 0) return;
  // Without it some times cannot be read.
  if (auto now = take(); now.ok()) keep(*now, For::kWindow);
}

// Sooner where much is written, so that little has to be made again.
bool Moments::due(Clock::time_point now) const {
  constexpr std::uint64_t kShare = 16;  // of the budget
  if (window_ == 0 || storage_.commits().last_op() == ticked_op_) return false;
  const std::uint64_t written = storage_.commits().counts().bytes - ticked_bytes_;
  return now - ticked_ >= kApart || written >= budget_.limit / kShare;
}

void Moments::tick(Clock::time_point now) {
  if (due(now)) {
    ticked_ = now;
    ticked_op_ = storage_.commits().last_op();
    ticked_bytes_ = storage_.commits().counts().bytes;
    keep_now();
  }
  expire(now);
}

// A state is needed until every time that can be made of it, which are those up to the next one, is
// older than the window, or has much written behind it.
void Moments::expire(Clock::time_point now) {
  std::deque<Kept> gone;
  const std::chrono::seconds window = this->window();
  const std::uint64_t written = storage_.commits().counts().bytes;
  const auto is_within = [&](const Kept& next) {
    return now - next.since <= window && written - next.written <= kWindowBytes;
  };
  const std::lock_guard lock(mutex_);
  std::deque<Kept> left;
  for (std::size_t i = 0; i < kept_.size(); ++i) {
    const bool told = kept_[i].told && now - kept_[i].since <= kTold;
    const bool within = window.count() > 0 && (i + 1 == kept_.size() || is_within(kept_[i + 1]));
    (told || within ? left : gone).push_back(std::move(kept_[i]));
  }
  kept_ = std::move(left);
  while (!made_.empty() &&
         (kept_.empty() || made_.front().moment->time() < kept_.front().moment->time())) {
    gone.push_back(std::move(made_.front()));
    made_.pop_front();
  }
}

}  // namespace cairn
