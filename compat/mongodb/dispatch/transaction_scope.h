// TransactionScope: the transaction that a command is part of, or the snapshot that it reads, while
// it runs. One thread's.
#pragma once

#include "compat/mongodb/command/command.h"
#include "compat/mongodb/command/state.h"

#include <optional>

namespace cairn::mongodb {

class TransactionScope {
 public:
  // `call` outlives it; `started`: from when on the lifetime of a new transaction counts.
  TransactionScope(Call& call, DialectState::Clock::time_point started)
      : call_(call), started_(started) {}
  TransactionScope(const TransactionScope&) = delete;
  TransactionScope& operator=(const TransactionScope&) = delete;
  ~TransactionScope();

  // Begins a transaction or goes on with it, or takes a snapshot, as the client says. Errors:
  // NoSuchTransaction, TransactionCommitted, TransactionTooOld, SnapshotTooOld.
  Status enter();
  // Any error of a command ends its transaction.
  void failed() {
    if (lease_) lease_->abort();
  }

 private:
  Status begin();
  Status join();
  Status use(TransactionLease lease);
  Status read_snapshot(const ReadConcern& concern);

  Call& call_;
  DialectState::Clock::time_point started_;
  std::optional<TransactionLease> lease_;
  Transaction snapshot_;
};

}  // namespace cairn::mongodb
