// TransactionCursor: a cursor that was opened in a transaction keeps its memory alive, and gives
// nothing more once it has ended.
#pragma once

#include "engine/api/operate.h"

#include <cairn/cursor.h>

#include <memory>
#include <string>
#include <utility>

namespace cairn::api {

class TransactionCursor final : public CursorSource {
 public:
  TransactionCursor(std::shared_ptr<OpenTransaction> transaction, Cursor cursor)
      : transaction_(std::move(transaction)), cursor_(std::move(cursor)) {}

  Result<std::optional<DocumentView>> next(const Interrupt* interrupt) override {
    return within(*transaction_, [&] { return look(interrupt); });
  }
  void park() override {
    if (transaction_->open()) cursor_.park();
  }

 private:
  // What was dropped meanwhile is no fault of the transaction: it may be run again.
  Result<std::optional<DocumentView>> look(const Interrupt* interrupt) {
    auto next = cursor_.next(interrupt);
    if (next.status().code() != ErrorCode::kQueryPlanKilled || transaction_->read_only()) {
      return next;
    }
    return Status(
        ErrorCode::kSnapshotUnavailable,
        "Unable to read from a snapshot due to pending collection catalog changes; please "
        "retry the operation: " +
            std::string(next.status().message()));
  }

  std::shared_ptr<OpenTransaction> transaction_;  // shared with its handles and other cursors
  Cursor cursor_;
};

// The cursor of an operation, tied to the operation's transaction if there is one.
inline Result<Cursor> kept_in(const OperationOptions& operation, Result<Cursor> cursor) {
  if (operation.transaction == nullptr || !cursor.ok() || cursor->exhausted()) return cursor;
  return Cursor(
      std::make_unique<TransactionCursor>(operation.transaction->state(), std::move(*cursor)));
}

}  // namespace cairn::api
