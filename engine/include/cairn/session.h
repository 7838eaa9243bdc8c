// Session: names a sequence of writes, so that each can be repeated after a doubtful outcome and is
// done once.
//
//   cairn::Session session;
//   cairn::WriteOptions options;
//   options.retry = session.next_write();
//   auto first = orders.insert(document, options);   // perhaps the process dies here …
//   auto again = orders.insert(document, options);   // … and this answers what the first did
#pragma once

#include <cairn/operation.h>

#include <cstdint>

namespace cairn {

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
