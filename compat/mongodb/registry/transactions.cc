#include "compat/mongodb/registry/transactions.h"

#include <cairn/thread_wait.h>

#include <algorithm>
#include <string>
#include <utility>

namespace cairn::mongodb {
namespace {

std::string shown(std::int64_t txn_number) {
  return "{ txnNumber: " + std::to_string(txn_number) + " }";
}

Status no_such_transaction(std::int64_t txn_number, std::int64_t active) {
  return {ErrorCode::kNoSuchTransaction,
          "Given transaction number " + std::to_string(txn_number) +
              " does not match any in-progress transactions. The active transaction number is " +
              std::to_string(active)};
}

Status too_old(std::int64_t txn_number, std::int64_t active) {
  return {ErrorCode::kTransactionTooOld, "Cannot use transaction with " + shown(txn_number) +
                                             " because a newer transaction with txnNumber " +
                                             shown(active) +
                                             " has already started on this session."};
}

}  // namespace

Status transaction_committed(std::int64_t txn_number) {
  return {ErrorCode::kTransactionCommitted,
          "Transaction with " + shown(txn_number) + " has been committed."};
}

Status transaction_aborted(std::int64_t txn_number) {
  return {ErrorCode::kNoSuchTransaction,
          "Transaction with " + shown(txn_number) + " has been aborted."};
}

TransactionLease::~TransactionLease() {
  if (transaction_ != nullptr) registry_->give_back(*transaction_);
}

void TransactionLease::abort() { transaction_->transaction.abort(); }

void TransactionLease::committed(OpTime at) {
  transaction_->state = TransactionState::kCommitted;
  transaction_->committed = at;
  registry_->committed_.fetch_add(1, std::memory_order_relaxed);
}

Transactions::Entry Transactions::find(const SessionId& session) const {
  const auto found = transactions_.find(session);
  return found == transactions_.end() ? nullptr : found->second;
}

Status Transactions::wait_idle(const Entry& entry, std::unique_lock<std::mutex>& lock,
                               Interrupt& user) {
  return wait_for_others(idle_, lock, &user, [&] { return !entry->in_use; });
}

Transaction Transactions::kill(SessionTransaction& entry, ErrorCode why) {
  if (entry.in_use) {  // its state is the lease's own
    entry.killed = true;
    entry.user->interrupt(why);
    return {};
  }
  if (entry.state != TransactionState::kInProgress) return {};
  entry.state = TransactionState::kAborted;
  aborted_.fetch_add(1, std::memory_order_relaxed);
  return std::exchange(entry.transaction, Transaction());
}

void Transactions::give_back(SessionTransaction& transaction) {
  bool taken_out = false;
  for (bool given = false; !given;) {
    Transaction ended;  // ends when nothing is locked, and before the next command is let in
    const std::lock_guard lock(mutex_);
    TransactionState& state = transaction.state;
    if (state == TransactionState::kInProgress &&
        (transaction.killed || !transaction.transaction.open())) {
      state = TransactionState::kAborted;
      aborted_.fetch_add(1, std::memory_order_relaxed);
    }
    if (state != TransactionState::kInProgress && !std::exchange(taken_out, true)) {
      ended = std::exchange(transaction.transaction, Transaction());
      continue;
    }
    transaction.in_use = false;
    transaction.user = nullptr;
    given = true;
  }
  idle_.notify_all();
}

Result<TransactionLease> Transactions::start(Database& database, const TransactionOptions& options,
                                             Clock::time_point expires, Interrupt& user) {
  const TransactionName& name = *options.name;
  Transaction ended;
  std::unique_lock lock(mutex_);
  if (const Entry before = find(name.session)) {
    if (name.txn_number < before->txn_number) return too_old(name.txn_number, before->txn_number);
    if (name.txn_number > before->txn_number) {
      ended = kill(*before, ErrorCode::kInterrupted);
      CAIRN_RETURN_IF_ERROR(wait_idle(before, lock, user));
    }
  }
  lock.unlock();
  ended = Transaction();
  CAIRN_ASSIGN_OR_RETURN(Transaction begun, database.begin_transaction(options));
  auto entry = std::make_shared<SessionTransaction>();
  entry->txn_number = name.txn_number;
  entry->transaction = std::move(begun);
  entry->in_use = true;
  entry->user = &user;
  entry->expires = expires;
  entry->begun = Clock::now();
  lock.lock();
  if (const Entry other = find(name.session); other && other->txn_number > name.txn_number) {
    const Status status = too_old(name.txn_number, other->txn_number);
    lock.unlock();  // the end of what has begun needs no lock
    return status;
  }
  transactions_.insert_or_assign(name.session, entry);
  known_.store(static_cast<std::int64_t>(transactions_.size()), std::memory_order_relaxed);
  started_.fetch_add(1, std::memory_order_relaxed);
  return TransactionLease(*this, std::move(entry));
}

Result<TransactionLease> Transactions::check_out(const TransactionName& name, Interrupt& user) {
  std::unique_lock lock(mutex_);
  while (true) {
    const Entry entry = find(name.session);
    if (entry == nullptr) return no_such_transaction(name.txn_number, -1);
    if (name.txn_number < entry->txn_number) return too_old(name.txn_number, entry->txn_number);
    if (name.txn_number > entry->txn_number) {
      return no_such_transaction(name.txn_number, entry->txn_number);
    }
    CAIRN_RETURN_IF_ERROR(wait_idle(entry, lock, user));
    if (find(name.session) != entry) continue;
    entry->in_use = true;
    entry->user = &user;
    return TransactionLease(*this, entry);
  }
}

void Transactions::supersede(const TransactionName& by) {
  if (known_.load(std::memory_order_relaxed) == 0) return;
  Transaction ended;
  const std::lock_guard lock(mutex_);
  const Entry entry = find(by.session);
  if (entry == nullptr || entry->txn_number >= by.txn_number) return;
  ended = kill(*entry, ErrorCode::kInterrupted);
}

void Transactions::end_session(const SessionId& session) {
  if (known_.load(std::memory_order_relaxed) == 0) return;
  Transaction ended;
  const std::lock_guard lock(mutex_);
  const Entry entry = find(session);
  if (entry == nullptr) return;
  ended = kill(*entry, ErrorCode::kInterrupted);
  transactions_.erase(session);
  known_.store(static_cast<std::int64_t>(transactions_.size()), std::memory_order_relaxed);
}

std::vector<TransactionName> Transactions::expire(Clock::time_point now) {
  std::vector<TransactionName> expired;
  std::vector<Transaction> ended;
  const std::lock_guard lock(mutex_);
  for (const auto& [session, entry] : transactions_) {
    const bool may_be_open = entry->in_use || entry->state == TransactionState::kInProgress;
    if (!may_be_open || entry->expires > now) continue;
    ended.push_back(kill(*entry, ErrorCode::kTransactionExceededLifetimeLimitSeconds));
    expired.push_back({.session = session, .txn_number = entry->txn_number});
  }
  return expired;
}

Transactions::Counts Transactions::counts() const {
  Counts counts{.started = started_.load(std::memory_order_relaxed),
                .committed = committed_.load(std::memory_order_relaxed),
                .aborted = aborted_.load(std::memory_order_relaxed)};
  counts.open = counts.started - counts.committed - counts.aborted;
  const std::lock_guard lock(mutex_);
  for (const auto& [session, entry] : transactions_) counts.active += entry->in_use ? 1 : 0;
  counts.active = std::min(counts.active, counts.open);
  return counts;
}

void Transactions::for_each_idle(
    const std::function<void(const SessionId&, const SessionTransaction&)>& visit) const {
  const std::lock_guard lock(mutex_);
  for (const auto& [session, entry] : transactions_) {
    if (entry->in_use || entry->state != TransactionState::kInProgress) continue;
    visit(session, *entry);
  }
}

}  // namespace cairn::mongodb
