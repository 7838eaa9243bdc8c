#include "engine/exec/key_walk.h"

#include "engine/exec/still_there.h"

namespace cairn::exec {

KeyWalk::KeyWalk(Reader reader, Family family, KeyRange range, Direction direction)
    : reader_(reader),
      family_(family),
      lower_(range.lower),
      upper_(range.upper),
      options_{.direction = direction} {}

Result<bool> KeyWalk::advance(const CollectionEntry& collection, const Interrupt* interrupt) {
  if (state_ == State::kEnded) return false;
  if (interrupt != nullptr && steps_++ % kStepsPerCheck == 0) {
    CAIRN_RETURN_IF_ERROR(interrupt->check());
  }
  if (state_ == State::kOn) {
    cursor_.next();
  } else {
    CAIRN_RETURN_IF_ERROR(resume(collection));
  }
  if (cursor_.valid()) return true;
  state_ = State::kEnded;
  Status status = cursor_.status();
  cursor_ = KeyCursor();
  if (!status.ok()) return status;
  return false;
}

void KeyWalk::park() {
  if (state_ != State::kOn) return;
  parked_at_.assign(cursor_.key());
  cursor_ = KeyCursor();
  state_ = State::kParked;
}

Status KeyWalk::resume(const CollectionEntry& collection) {
  cursor_ = reader_.scan(family_, {lower_, upper_}, options_);
  if (state_ == State::kNew) {
    cursor_.seek_first();
  } else {
    CAIRN_RETURN_IF_ERROR(still_there(collection));
    cursor_.seek(parked_at_);
    const bool found = cursor_.valid() && cursor_.key() == parked_at_;
    if (!found && family_ == Family::kDoc && collection.rules().capped) {
      return {ErrorCode::kCappedPositionLost,
              "CollectionScan died due to position in capped collection being deleted."};
    }
    if (found) cursor_.next();
  }
  state_ = State::kOn;
  return Status();
}

}  // namespace cairn::exec
