#include "engine/changes/change_scan.h"

#include "engine/storage/keys.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace cairn::changes {
namespace {

// A wait looks at its interrupt so often: an interrupt wakes nobody.
constexpr std::chrono::milliseconds kLook(50);

}  // namespace

Status ChangeScan::check() const {
  return position_ + 1 >= storage_.oplog_start() ? Status() : lost_;
}

Status ChangeScan::begin_behind(OpNumber position) {
  park();
  at_end_ = false;
  position_ = position;
  return check();
}

Status ChangeScan::open() {
  seen_ = storage_.committed().count();
  end_ = storage_.commits().last_op();
  const OpKey from(position_ + 1);
  cursor_ = storage_.latest().scan(Family::kOplog, {from.view(), {}});
  on_ = true;
  // After the scan has begun: what is trimmed from now on is still seen by it.
  Status there = check();
  if (!there.ok()) {
    park();
    return there;
  }
  cursor_.seek_first();
  return Status();
}

void ChangeScan::park() {
  cursor_ = KeyCursor();
  on_ = false;
}

Result<const ChangeRow*> ChangeScan::next() {
  at_end_ = false;
  if (on_) {
    cursor_.next();
  } else {
    CAIRN_RETURN_IF_ERROR(open());
  }
  if (!cursor_.valid()) {
    CAIRN_RETURN_IF_ERROR(cursor_.status());
    at_end_ = true;
    position_ = std::max(position_, end_);
    park();
    return static_cast<const ChangeRow*>(nullptr);
  }
  CAIRN_ASSIGN_OR_RETURN(row_, decode_change(cursor_.key(), cursor_.value()));
  position_ = row_.op;
  return &row_;
}

Status ChangeScan::wait(Interrupt::Clock::time_point until, const Interrupt* interrupt) {
  CommitSignal& signal = storage_.committed();
  while (at_end_ && signal.count() == seen_ && Interrupt::Clock::now() < until) {
    if (interrupt != nullptr) CAIRN_RETURN_IF_ERROR(interrupt->check());
    signal.wait(seen_, std::min(until, Interrupt::Clock::now() + kLook));
  }
  return Status();
}

std::shared_ptr<void> ChangeScan::when_more(std::function<void()> callback) {
  if (!at_end_) return nullptr;
  CommitSignal& signal = storage_.committed();
  const CommitSignal::Ticket ticket = signal.call_when_raised(seen_, std::move(callback));
  return {this, [&signal, ticket](void*) { signal.forget(ticket); }};
}

}  // namespace cairn::changes
