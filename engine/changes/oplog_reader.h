// OplogReader: `local.oplog.rs`, read forwards or backwards. One thread at a time.
#pragma once

#include "engine/changes/change_scan.h"
#include "engine/changes/oplog_entry.h"
#include "engine/storage/reader.h"

#include <cairn/bson.h>
#include <cairn/operation.h>
#include <cairn/status.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

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
    return scan_.end().wait(until, interrupt);
  }

 private:
  OpNumber oldest() const;
  Result<bool> make_next();
  Result<bool> forwards();
  Result<const ChangeRow*> first_row();
  Result<const ChangeRow*> row_before();
  Result<bool> backwards();
  Status make_entries(const ChangeRow& last);

  Storage& storage_;
  const OpNumber first_;
  const Direction direction_;
  std::uint32_t entries_ = 0;
  std::string entry_;  // given last
  // Forwards.
  ChangeScan scan_;
  bool begun_ = false;
  const ChangeRow* row_ = nullptr;  // read already, and not told yet
  TransactionEntry transaction_;
  // Backwards.
  KeyCursor cursor_;
  bool on_ = false;
  OpNumber before_ = ~OpNumber{0};  // what was given last
  ChangeRow row_before_;
  std::vector<std::string> several_;  // entries of one transaction, to be given from the last on
};

}  // namespace cairn::changes
