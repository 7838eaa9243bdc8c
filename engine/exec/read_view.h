// ReadView: the one state of the store that all operators of a query see, index entries and
// documents alike, until they are parked. After that they go on in a later state; in a transaction
// always in its own.
//
// Also what the operators of one query tell each other. One thread at a time.
#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <optional>

#include "engine/storage/storage.h"
#include "engine/transaction/open_transaction.h"

namespace cairn::exec {

class ReadView {
 public:
  // `storage` and the transaction that is read in (null: none) outlive the view.
  explicit ReadView(const Storage& storage, const OpenTransaction* transaction = nullptr)
      : storage_(storage), transaction_(transaction) {}
  ReadView(const ReadView&) = delete;
  ReadView& operator=(const ReadView&) = delete;

  // The newest state at each read: for plans whose reads need not agree.
  Reader latest() const {
    if (transaction_ != nullptr) return transaction_->reader();
    return pinned_ ? storage_.at(*snapshot_) : storage_.latest();
  }
  // The view's own state; taken now if there is none.
  Reader frozen() {
    if (transaction_ != nullptr) return transaction_->reader();
    if (!snapshot_) snapshot_.emplace(storage_.snapshot());
    return storage_.at(*snapshot_);
  }
  // REQUIRES: nothing that was read by `frozen` is used any more.
  void release() {
    if (!pinned_) snapshot_.reset();
  }
  // From now on every read, parked or not, is of the view's own state.
  void pin() {
    if (transaction_ != nullptr) return;
    static_cast<void>(frozen());
    pinned_ = true;
  }

  // So many keys may be looked at before scans end as if there were no more; `spent` says then that
  // they did. For trials of plans.
  struct Effort {
    std::int64_t keys = std::numeric_limits<std::int64_t>::max();
    bool spent = false;
  };
  Effort effort;
  // What was known of an index when its bounds were made no longer holds: every record is to be
  // read, and asked the whole filter.
  bool suspect = false;

 private:
  const Storage& storage_;
  const OpenTransaction* transaction_;
  std::optional<Snapshot> snapshot_;
  bool pinned_ = false;
};

// Shared by the operators of a query: none of them owns the others.
using ReadViewPtr = std::shared_ptr<ReadView>;

}  // namespace cairn::exec
