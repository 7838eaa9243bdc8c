// Session: names a sequence of writes, so that each can be repeated after a doubtful outcome and is
// done once.
//
//   cairn::Session session;
//   cairn::WriteOptions options;
//   options.retry = session.next_write();
//   auto first = orders.insert(document, options);   // perhaps the process dies here …
//   auto again = orders.insert(document, options);   // … and this answers what the first did
//
// It also runs transactions, again where another writer was in the way:
//
//   auto committed = session.transaction(*db, [&](const cairn::Transaction& transaction) {
//     cairn::WriteOptions in;
//     in.operation.transaction = &transaction;
//     auto taken = accounts.update({.filter = from, .update = take}, in);
//     return taken.ok() ? accounts.update({.filter = to, .update = give}, in).status()
//                       : taken.status();
//   });
#pragma once

#include <cairn/database.h>
#include <cairn/operation.h>
#include <cairn/transaction.h>

#include <chrono>
#include <cstdint>
#include <functional>

namespace cairn {

struct TransactionRun {
  Durability durability = Durability::kBuffered;
  std::chrono::milliseconds patience = std::chrono::seconds(120);
  const Interrupt* interrupt = nullptr;  // looked at between attempts
};

// Thread-safety: belongs to one thread at a time. Forget one that is no longer needed with
// `Database::end_session(id())`; those that are not are forgotten in time.
class Session {
 public:
  // A session of its own, with a random id.
  Session();
  // Goes on with a session known by its id; `last_txn_number` is the last one used in it.
  explicit Session(const SessionId& id, std::int64_t last_txn_number = 0)
      : id_(id), txn_number_(last_txn_number) {}

  const SessionId& id() const { return id_; }
  std::int64_t txn_number() const { return txn_number_; }
  // Runs `body` in a transaction and commits it: all of it happens once, or nothing. Where an error
  // is transient (`is_transient`: mostly WriteConflict) everything is run again, by the drivers'
  // rule, until `patience` is over; `body` must therefore do nothing else that counts, or undo it.
  // What `body` returns, or the error of a statement that it let pass, ends it: the transaction is
  // aborted then. Gives the place of the commit.
  // Source: the MongoDB specification "Convenient API for Transactions".
  Result<OpTime> transaction(Database& database,
                             const std::function<Status(const Transaction&)>& body,
                             const TransactionRun& options = {});

  // The name of a new write.
  RetryableWrite next_write() {
    RetryableWrite write;
    write.session = id_;
    write.txn_number = ++txn_number_;
    return write;
  }

 private:
  SessionId id_;
  std::int64_t txn_number_ = 0;
};

}  // namespace cairn
