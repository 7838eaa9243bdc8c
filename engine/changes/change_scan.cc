#include "engine/changes/change_scan.h"

#include "engine/storage/keys.h"

#include <algorithm>
#include <utility>

namespace cairn::changes {

Status ChangeScan::check() const {
  return position_ + 1 >= storage_.oplog_start() ? Status() : lost_;
}

Status ChangeScan::begin_behind(OpNumber position) {
  park();
  position_ = position;
  return check();
}

Status ChangeScan::open() {
  end_.look();
  last_op_ = storage_.commits().last_op();
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
  if (on_) {
    cursor_.next();
  } else {
    CAIRN_RETURN_IF_ERROR(open());
  }
  if (!cursor_.valid()) {
    CAIRN_RETURN_IF_ERROR(cursor_.status());
    end_.reach();
    position_ = std::max(position_, last_op_);
    park();
    return static_cast<const ChangeRow*>(nullptr);
  }
  CAIRN_ASSIGN_OR_RETURN(row_, decode_change(cursor_.key(), cursor_.value()));
  position_ = row_.op;
  return &row_;
}

}  // namespace cairn::changes
