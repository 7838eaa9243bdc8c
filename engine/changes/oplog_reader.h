// OplogReader: `local.oplog.rs`, read forwards or backwards. One thread at a time.
#pragma once

#include "engine/changes/change_scan.h"
#include "engine/storage/reader.h"

#include <cairn/bson.h>
#include <cairn/operation.h>
#include <cairn/status.h>

#include <cstdint>
#include <optional>
#include <string>

namespace cairn::changes {

class OplogReader {
 public:
  // What is older than `first` is left out. `storage` outlives it.
  OplogReader(Storage& storage, OpNumber first, Direction direction);

  // The next entry; forwards, nullopt may be followed by others. Errors: CappedPositionLost where
  // what comes next was removed meanwhile, the interrupt's. The view lives until the next call.
  Result<std::optional<DocumentView>> next(const Interrupt* interrupt);
  void park();
  // Forwards: until there may be more than the last `next` saw, or `until`. Error: the interrupt's.
  Status wait(Interrupt::Clock::time_point until, const Interrupt* interrupt) {
    return scan_.wait(until, interrupt);
  }

 private:
  OpNumber oldest() const;
  Result<const ChangeRow*> forwards();
  Result<const ChangeRow*> backwards();

  Storage& storage_;
  const OpNumber first_;
  const Direction direction_;
  ChangeScan scan_;  // forwards
  bool begun_ = false;
  KeyCursor cursor_;  // backwards
  bool on_ = false;
  OpNumber before_ = ~OpNumber{0};  // what was given last
  ChangeRow row_;
  std::uint32_t rows_ = 0;
  std::string entry_;
};

}  // namespace cairn::changes
