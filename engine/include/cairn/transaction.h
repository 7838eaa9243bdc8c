// Transaction: reads and writes of many documents, in any collections, that happen together or not
// at all, and see one state of everything.
//
//   auto transaction = db->begin_transaction();
//   cairn::WriteOptions in;
//   in.operation.transaction = &*transaction;
//   accounts.update({.filter = from, .update = take}, in);
//   accounts.update({.filter = to, .update = give}, in);
//   auto committed = transaction->commit();
//
// Every operation that is given it (`OperationOptions::transaction`) reads what was committed when
// it began and what itself has written. A document that another writer has changed since, or is
// changing, cannot be written: WriteConflict, at once. Any error of an operation, of one of its
// statements too, ends the transaction; nothing of it is kept. Where the error is transient
// (`is_transient`), the same work may succeed in a new transaction: `Session::transaction` does
// that.
#pragma once

#include <cairn/limits.h>
#include <cairn/operation.h>
#include <cairn/status.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>

namespace cairn {

class Engine;           // not for users
class OpenTransaction;  // not for users

// Names a transaction so that it is known after a doubtful end whether it was committed; numbers
// rise within a session, and retryable writes share them.
struct TransactionName {
  SessionId session;
  std::int64_t txn_number = 0;
};

struct TransactionOptions {
  std::optional<TransactionName> name = {};
  // What it reads: the state of that time instead of now's (Database::read_snapshot). It can write
  // to collections that nobody has written to since; others are a WriteConflict.
  std::optional<OpTime> at = {};
  // How long, from its beginning, a change of the definition of a collection waits for the
  // transaction that has read or written it. One that is open for longer fails where a definition
  // has changed; it may also be the thread's own that waits.
  std::chrono::milliseconds lifetime = std::chrono::seconds(kTransactionLifetimeSeconds);
};

// Whether the transaction of which an operation failed with `code` is worth doing again from its
// beginning: the drivers' TransientTransactionError.
bool is_transient(ErrorCode code);

// A handle: copies are the same transaction, which is aborted when the last one goes while it is
// open. Cursors opened in it keep it, and fail once it has ended. Thread-safety: one thread at a
// time uses it and everything that is in it. It must not outlive its Database.
class Transaction {
 public:
  Transaction() = default;  // none: ended
  Transaction(Engine& engine, std::shared_ptr<OpenTransaction> state,
              const std::optional<TransactionName>& name = {});

  bool open() const;
  // OK, or why nothing more can be done in it (NoSuchTransaction).
  Status check() const;
  // Why it ended, where an operation's error did that; OK otherwise.
  Status failure() const;
  // The newest change that it sees.
  OpTime read_time() const;
  // Makes everything true at once, and ends it. Returns the place of its last change; what it read
  // where it wrote nothing. Errors: WriteConflict, NoSuchTransaction, storage's; nothing is kept
  // then.
  Result<OpTime> commit(Durability durability = Durability::kBuffered);
  // Forgets everything. Does nothing after the end.
  void abort();

  // The engine's own; null where there is none.
  const std::shared_ptr<OpenTransaction>& state() const { return state_; }

 private:
  Engine* engine_ = nullptr;
  std::optional<TransactionName> name_;
  std::shared_ptr<OpenTransaction> state_;  // shared: copies and cursors
};

}  // namespace cairn
