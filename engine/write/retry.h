// Retryable writes: what a session's statements did, stored in the batch that did it, so that a
// repetition answers instead of writing again. Source: the MongoDB specification
// "retryable-writes".
//
// Rows: meta 'R' | lsid | ordinal -> BSON {txn: int64, at: date, done: [{s: int32, o: outcome},
// …]}. Each commit of a command writes the next ordinal; the next command of the session starts at
// ordinal 0 again and so overwrites the first row, and rows of another `txn` than row 0's count as
// gone. Hence no deletes in the hot path. A transaction's commit writes ordinal 0 with `committed:
// true`, in the transaction's own batch.
//
// Thread-safety: RetryTable from any thread; a Ticket belongs to one thread. One command of a
// session runs at a time: `begin` waits for the one before.
#pragma once

#include "engine/storage/storage.h"

#include <cairn/bson.h>
#include <cairn/limits.h>
#include <cairn/operation.h>
#include <cairn/transaction.h>

#include <condition_variable>
#include <cstdint>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <vector>

namespace cairn::write {

class RetryTable;

// The right to run one command of a session. Without a retryable write it is empty and does
// nothing.
class RetryTicket {
 public:
  RetryTicket() = default;
  RetryTicket(RetryTicket&& other) noexcept;
  RetryTicket& operator=(RetryTicket&& other) noexcept;
  ~RetryTicket();

  bool active() const { return table_ != nullptr; }
  // What the statement did when it was first run, or nullptr.
  const Document* outcome(std::int32_t statement) const;
  // Notes what a statement does; `store` puts it into the unit that does it.
  void note(std::int32_t statement, Document outcome);
  // Adds a row with all that was noted since the last `store` to `unit`.
  void store(WriteUnit& unit);
  // The unit of the last `store` was committed, or was not.
  void committed();
  void failed();
  SessionStamp stamp(std::int32_t statement) const;

 private:
  friend class RetryTable;
  struct Session;
  RetryTable* table_ = nullptr;
  std::shared_ptr<Session> session_;
  std::vector<std::pair<std::int32_t, Document>> noted_;
};

class RetryTable {
 public:
  // How long a session's history is kept after its last write, at least. A session lives on for its
  // timeout without use, and for as long again may its client ask what became of the write.
  static constexpr std::int64_t kKeptMs = 2LL * kSessionTimeoutMinutes * 60 * 1000;

  explicit RetryTable(Storage& storage);
  ~RetryTable();
  RetryTable(const RetryTable&) = delete;
  RetryTable& operator=(const RetryTable&) = delete;

  // Error: TransactionTooOld when the session has moved on to a later write.
  Result<RetryTicket> begin(const RetryableWrite& write);
  // Transactions share the numbers of retryable writes. Begins one: what the session did before
  // is forgotten. Errors: TransactionTooOld; ConflictingOperationInProgress where the number is in
  // use.
  Status begin_transaction(const TransactionName& name);
  // Adds to the transaction's unit that it is committed; `committed`: the unit was.
  void store_commit(const TransactionName& name, WriteUnit& unit) const;
  void committed(const TransactionName& name);
  // Whether the transaction is known to be committed. Error: TransactionTooOld.
  Result<bool> is_committed(const TransactionName& name);

  // Forgets a session and its rows, for one who knows that nothing of it is repeated.
  Status end_session(const SessionId& id);
  // Forgets the sessions that have written nothing for `age_ms`, whether they have ended or not:
  // only then does nobody repeat what they did.
  Status remove_stale(std::int64_t age_ms);

 private:
  friend class RetryTicket;
  using Session = RetryTicket::Session;
  static constexpr std::size_t kMaxSessionsInMemory = 100'000;
  static constexpr std::size_t kForgottenAtOnce = 500;  // sessions, in one commit

  std::shared_ptr<Session> find_or_load(const std::string& lsid, Status& status);
  Result<std::shared_ptr<Session>> find_idle(const std::string& lsid,
                                             std::unique_lock<std::mutex>& lock);
  Status load(Session& session);
  void release(Session& session);
  void evict();
  Result<std::vector<std::string>> find_stale(std::int64_t oldest_ms, std::string& from) const;
  std::shared_ptr<Session> hold_stale(const std::string& lsid);
  Result<bool> remove_rows(const std::string& lsid, std::int64_t oldest_ms, WriteUnit& unit) const;
  Status forget_stale(const std::vector<std::string>& stale, std::int64_t oldest_ms);
  void let_go(const std::shared_ptr<Session>& session, bool forgotten);

  Storage& storage_;
  std::mutex mutex_;
  std::condition_variable idle_;
  std::unordered_map<std::string, std::shared_ptr<Session>> sessions_;
  std::list<std::string> recent_;  // least recently used first
};

}  // namespace cairn::write
