// TransactionCursor: a cursor that was opened in a transaction keeps its memory alive, and gives
// nothing more once it has ended.
#pragma once

#include "engine/api/operate.h"

#include <cairn/cursor.h>

#include <memory>
#include <utility>

namespace cairn::api {

class TransactionCursor final : public CursorSource {
 public:
  TransactionCursor(std::shared_ptr<OpenTransaction> transaction, Cursor cursor)
      : transaction_(std::move(transaction)), cursor_(std::move(cursor)) {}

  Result<std::optional<DocumentView>> next(const Interrupt* interrupt) override {
    return within(*transaction_, [&] { return cursor_.next(interrupt); });
  }
  void park() override {
    if (transaction_->open()) cursor_.park();
  }

 private:
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
