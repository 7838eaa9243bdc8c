// The public Transaction, and how a Database begins one.
#include "engine/api/engine.h"

#include <cairn/transaction.h>

namespace cairn {
namespace {

SessionStamp stamp_of(const TransactionName& name) {
  SessionStamp stamp;
  std::copy(name.session.uuid.begin(), name.session.uuid.end(), stamp.lsid.begin());
  std::copy(name.session.user_digest.begin(), name.session.user_digest.end(),
            stamp.lsid.begin() + static_cast<std::ptrdiff_t>(name.session.uuid.size()));
  stamp.txn_number = name.txn_number;
  return stamp;
}

Status no_transaction() {
  return {ErrorCode::kNoSuchTransaction, "Transaction has been aborted or committed."};
}

}  // namespace

bool is_transient(ErrorCode code) {
  switch (code) {
    case ErrorCode::kLockTimeout:
    case ErrorCode::kPreparedTransactionInProgress:
    case ErrorCode::kWriteConflict:
    case ErrorCode::kSnapshotUnavailable:
    case ErrorCode::kSnapshotTooOld:
    case ErrorCode::kNoSuchTransaction:
      return true;
    default:
      return false;
  }
}

Transaction::Transaction(Engine& engine, std::shared_ptr<OpenTransaction> state,
                         const std::optional<TransactionName>& name)
    : engine_(&engine), name_(name), state_(std::move(state)) {}

Result<Transaction> Database::begin_transaction(const TransactionOptions& options) {
  if (options.name) CAIRN_RETURN_IF_ERROR(engine_->retries().begin_transaction(*options.name));
  // One without a name has a session of zeros in the change log.
  const SessionStamp stamp = options.name ? stamp_of(*options.name) : SessionStamp();
  MomentPtr moment;
  if (options.at) {
    CAIRN_ASSIGN_OR_RETURN(moment, engine_->moments().at(options.at));
  }
  const auto until = TransactionUses::Clock::now() + options.lifetime;
  return Transaction(
      *engine_,
      engine_->open_transaction({.session = stamp, .moment = std::move(moment), .until = until}),
      options.name);
}

Result<Transaction> Database::read_snapshot(std::optional<OpTime> at) {
  CAIRN_ASSIGN_OR_RETURN(MomentPtr moment, engine_->moments().at(at));
  return Transaction(*engine_, engine_->open_transaction({.moment = std::move(moment)}));
}

std::chrono::seconds Database::snapshot_window() const { return engine_->moments().window(); }

void Database::set_snapshot_window(std::chrono::seconds window) {
  engine_->moments().set_window(window);
}

Result<bool> Database::is_committed(const TransactionName& name) {
  return engine_->retries().is_committed(name);
}

bool Transaction::open() const { return state_ != nullptr && state_->open(); }
Status Transaction::check() const { return state_ == nullptr ? no_transaction() : state_->check(); }
Status Transaction::failure() const { return state_ == nullptr ? Status() : state_->failure(); }
OpTime Transaction::read_time() const { return state_ == nullptr ? OpTime() : state_->read_time(); }

Result<OpTime> Transaction::commit(Durability durability) {
  if (state_ == nullptr) return no_transaction();
  const auto note = [this](WriteUnit& unit) {
    if (name_) engine_->retries().store_commit(*name_, unit);
  };
  CAIRN_ASSIGN_OR_RETURN(const CommitReceipt receipt, state_->commit(note));
  if (name_) engine_->retries().committed(*name_);
  if (durability == Durability::kSynced) {
    CAIRN_RETURN_IF_ERROR(engine_->storage().syncer().wait_durable(receipt.last_op));
  }
  return OpTime{receipt.last_op};
}

void Transaction::abort() {
  if (state_ != nullptr) state_->abort();
}

}  // namespace cairn
