#include "compat/mongodb/dispatch/transaction_scope.h"

#include <utility>

namespace cairn::mongodb {
namespace {

std::optional<OpTime> time_of(const std::optional<ReadConcern>& concern) {
  if (!concern || !concern->at_cluster_time) return std::nullopt;
  return OpTime{concern->at_cluster_time->value()};
}

}  // namespace

TransactionScope::~TransactionScope() {
  if (!lease_ || (*lease_)->transaction.open()) return;
  call_.dialect.cursors.kill_of_transaction(call_.transaction_name());
}

Status TransactionScope::enter() {
  const GenericArguments& generic = call_.generic;
  if (generic.in_transaction()) {
    if (ends_transaction(call_.row)) return {};
    return generic.start_transaction ? begin() : join();
  }
  if (generic.txn_number) call_.dialect.transactions.supersede(call_.transaction_name());
  const auto& concern = generic.read_concern;
  return concern && concern->level == ReadLevel::kSnapshot ? read_snapshot(*concern) : Status();
}

Status TransactionScope::begin() {
  const std::chrono::seconds lifetime = call_.dialect.transaction_lifetime.load();
  const TransactionOptions options{.name = call_.transaction_name(),
                                   .at = time_of(call_.generic.read_concern),
                                   .lifetime = lifetime};
  CAIRN_ASSIGN_OR_RETURN(TransactionLease begun,
                         call_.dialect.transactions.start(call_.engine(), options,
                                                          started_ + lifetime, *call_.interrupt));
  return use(std::move(begun));
}

// What ended with its session is known to the database.
Status TransactionScope::join() {
  const TransactionName name = call_.transaction_name();
  auto found = call_.dialect.transactions.check_out(name, *call_.interrupt);
  if (found.status().code() == ErrorCode::kNoSuchTransaction) {
    CAIRN_ASSIGN_OR_RETURN(const bool committed, call_.engine().is_committed(name));
    return committed ? transaction_committed(name.txn_number) : found.take_status();
  }
  if (!found.ok()) return found.take_status();
  TransactionLease lease = std::move(*found);
  if (lease->state == TransactionState::kCommitted) return transaction_committed(name.txn_number);
  if (lease->state == TransactionState::kAborted) return transaction_aborted(name.txn_number);
  return use(std::move(lease));
}

Status TransactionScope::use(TransactionLease lease) {
  lease_.emplace(std::move(lease));
  call_.transaction = &(*lease_)->transaction;
  return {};
}

Status TransactionScope::read_snapshot(const ReadConcern& concern) {
  std::optional<OpTime> at = time_of(concern);
  // Who is told the time of a state names it again, and none is named by a null time.
  if (!at && call_.engine().last_op_time() == OpTime()) at = call_.dialect.operation_time();
  CAIRN_ASSIGN_OR_RETURN(snapshot_, call_.engine().read_snapshot(at));
  call_.transaction = &snapshot_;
  call_.at_cluster_time = at.value_or(snapshot_.read_time());
  return {};
}

}  // namespace cairn::mongodb
