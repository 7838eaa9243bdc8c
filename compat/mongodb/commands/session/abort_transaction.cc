// abortTransaction: forgets a session's transaction.
#include "compat/mongodb/command/state.h"
#include "compat/mongodb/commands/session/ending.h"

namespace cairn::mongodb {
namespace {

Status run(Call& call, DocumentBuilder&) {
  CAIRN_RETURN_IF_ERROR(check_ending(call));
  const TransactionName name = call.transaction_name();
  auto found = call.dialect.transactions.check_out(name, *call.interrupt);
  if (found.status().code() == ErrorCode::kNoSuchTransaction) {
    CAIRN_ASSIGN_OR_RETURN(const bool committed, call.engine().is_committed(name));
    return committed ? transaction_committed(name.txn_number) : found.take_status();
  }
  if (!found.ok()) return found.take_status();
  TransactionLease transaction = std::move(*found);
  if (transaction->state == TransactionState::kCommitted) {
    return transaction_committed(name.txn_number);
  }
  if (transaction->state == TransactionState::kAborted) return transaction_aborted(name.txn_number);
  transaction.abort();
  call.dialect.cursors.kill_of_transaction(name);
  return {};
}

}  // namespace

extern const Row row_abort_transaction = {.name = "abortTransaction",
                                          .help = "Aborts a transaction.",
                                          .in_transactions = true,
                                          .access = Access::kWrite,
                                          .admin_only = true,
                                          .in_api_v1 = true,
                                          .unknown_fields = true,  // recoveryToken
                                          .run = run};

}  // namespace cairn::mongodb
