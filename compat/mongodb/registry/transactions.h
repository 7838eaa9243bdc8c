// The transactions of sessions: the one that each session has begun last, open or ended.
//
// One request at a time uses a session's transaction: `start` and `check_out` give a lease, which
// gives it back. What an open one holds is let go when it ends: by its client, with its session,
// when a later write of the session supersedes it, or when its time is over. What is known of an
// ended one stays as long as its session, so that ending it again answers the same; after that the
// database knows whether it was committed.
// Thread-safety: Transactions may be used by many threads; what a lease gives belongs to it.
#pragma once

#include "compat/mongodb/registry/sessions.h"

#include <cairn/database.h>
#include <cairn/operation.h>
#include <cairn/status.h>
#include <cairn/transaction.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <vector>

namespace cairn::mongodb {

enum class TransactionState : std::uint8_t { kInProgress, kCommitted, kAborted };

struct SessionTransaction {
  using Clock = std::chrono::steady_clock;

  std::int64_t txn_number = 0;

  // The lease's own.
  Transaction transaction;
  TransactionState state = TransactionState::kInProgress;
  OpTime committed;

  // Guarded by the registry's mutex.
  bool in_use = false;
  bool killed = false;
  Interrupt* user = nullptr;
  Clock::time_point expires{};
  Clock::time_point begun{};  // set once
};

class Transactions;

// The use of a session's transaction. Gives it back when it dies; one that the engine has ended, or
// that was killed meanwhile, is aborted then.
class TransactionLease {
 public:
  TransactionLease(Transactions& registry, std::shared_ptr<SessionTransaction> transaction)
      : registry_(&registry), transaction_(std::move(transaction)) {}
  TransactionLease(TransactionLease&& other) noexcept = default;
  TransactionLease& operator=(TransactionLease&&) = delete;
  ~TransactionLease();

  SessionTransaction* operator->() const { return transaction_.get(); }
  // Ends it without effect.
  void abort();
  void committed(OpTime at);

 private:
  Transactions* registry_;
  std::shared_ptr<SessionTransaction> transaction_;  // shared with the registry
};

class Transactions {
 public:
  using Clock = SessionTransaction::Clock;

  // Begins a transaction, and ends the one before it in the session. `user` is interrupted if it is
  // killed meanwhile. Errors: TransactionTooOld, ConflictingOperationInProgress, SnapshotTooOld.
  // REQUIRES: a name.
  Result<TransactionLease> start(Database& database, const TransactionOptions& options,
                                 Clock::time_point expires, Interrupt& user);
  // The session's transaction of that number, open or ended. Errors: NoSuchTransaction,
  // TransactionTooOld.
  Result<TransactionLease> check_out(const TransactionName& name, Interrupt& user);

  // Another write of the session has come: ends an open transaction of a lower number.
  void supersede(const TransactionName& by);
  // Ends it and forgets what was known of it.
  void end_session(const SessionId& session);
  // Ends those whose time is over; gives their names.
  std::vector<TransactionName> expire(Clock::time_point now);

  struct Counts {
    std::int64_t open = 0;
    std::int64_t active = 0;  // in use
    std::int64_t started = 0;
    std::int64_t committed = 0;
    std::int64_t aborted = 0;
  };
  Counts counts() const;
  // Calls with every open transaction that no command uses just now, under the registry's lock.
  void for_each_idle(
      const std::function<void(const SessionId&, const SessionTransaction&)>& visit) const;

 private:
  friend class TransactionLease;
  using Entry = std::shared_ptr<SessionTransaction>;

  Entry find(const SessionId& session) const;
  // Waits until nobody uses it. REQUIRES: the mutex.
  Status wait_idle(const Entry& entry, std::unique_lock<std::mutex>& lock, Interrupt& user);
  // Marks an open one as killed; gives what is to be destroyed without the mutex, which the caller
  // holds.
  Transaction kill(SessionTransaction& entry, ErrorCode why);
  void give_back(SessionTransaction& transaction);

  mutable std::mutex mutex_;
  std::condition_variable idle_;
  std::unordered_map<SessionId, Entry, SessionIdHash> transactions_;  // guarded by mutex_
  std::atomic<std::int64_t> known_{0};                                // how many there are
  std::atomic<std::int64_t> started_{0};
  std::atomic<std::int64_t> committed_{0};
  std::atomic<std::int64_t> aborted_{0};
};

// Why nothing more can be done in a transaction that has ended.
Status transaction_committed(std::int64_t txn_number);
Status transaction_aborted(std::int64_t txn_number);

}  // namespace cairn::mongodb
