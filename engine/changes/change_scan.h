// ChangeScan: the rows of the oplog from a place on; at the end it waits to be asked again.
//
// Between calls it holds a place and nothing of storage once it is parked. One thread at a time.
#pragma once

#include "engine/changes/oplog_end.h"
#include "engine/storage/change.h"
#include "engine/storage/storage.h"

#include <cairn/operation.h>
#include <cairn/status.h>

namespace cairn::changes {

class ChangeScan {
 public:
  // `storage` outlives it. `lost`: the error where the oplog no longer has what comes next.
  ChangeScan(Storage& storage, Status lost)
      : storage_(storage), lost_(std::move(lost)), end_(storage.committed()) {}

  // The next row is the first behind `position`. Error: `lost`.
  Status begin_behind(OpNumber position);
  // The next row; null: none now. One call looks at the oplog up to its present end. What it gives
  // lives until the next call. Errors: `lost`, a corrupt row.
  Result<const ChangeRow*> next();
  // Lets go of storage until the next call.
  void park();
  // The last row comes again. REQUIRES: parked, and the last call gave a row.
  void step_back() { --position_; }
  // There is nothing behind it, though there may be rows before it that were not there yet.
  OpNumber position() const { return position_; }
  // What the last call saw.
  OplogEnd& end() { return end_; }

 private:
  Status check() const;
  Status open();

  Storage& storage_;
  const Status lost_;
  OpNumber position_ = 0;  // of the last row seen, or of the end
  ChangeRow row_;
  KeyCursor cursor_;
  bool on_ = false;       // cursor_ is at the row of position_
  OpNumber last_op_ = 0;  // what the oplog reached to when it was opened
  OplogEnd end_;
};

}  // namespace cairn::changes
