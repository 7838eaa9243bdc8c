// What every write needs of the engine.
#pragma once

#include "engine/catalog/catalog.h"
#include "engine/catalog/view.h"
#include "engine/expr/surroundings.h"
#include "engine/keys/key_store.h"
#include "engine/storage/storage.h"
#include "engine/transaction/open_transaction.h"
#include "engine/write/retry.h"

#include <cairn/operation.h>

#include <span>

namespace cairn::write {

// How often a statement starts again before it gives up: an upsert that loses the race for its
// `_id`, one whose documents all changed under it.
inline constexpr int kMaxAttempts = 100;

struct Context {
  Storage& storage;
  Catalog& catalog;
  keys::KeyStore& keys;
  RetryTable& retries;
  OpenTransaction* transaction = nullptr;  // in which everything happens; null: in none

  // What is there: as of now, or as the transaction sees it.
  Reader reader() const {
    return transaction != nullptr ? transaction->reader() : storage.latest();
  }
  CollectionRef find(const Namespace& name) const {
    return transaction != nullptr ? transaction->find(name) : catalog.find(name);
  }
  // The same, `system.views` too.
  CollectionRef find_readable(const Namespace& name) const {
    return cairn::find_readable(catalog, name, find(name));
  }
  Result<Lease> lease(const Namespace& name) {
    return transaction != nullptr ? transaction->lease(name) : catalog.lease(name);
  }
  Result<Lease> lease_or_create(const Namespace& name) {
    return transaction != nullptr ? transaction->lease_or_create(name)
                                  : catalog.lease_or_create(name);
  }
  // Applies a unit; in a transaction it takes part in its commit, and the receipt is empty.
  Result<CommitReceipt> commit(const WriteUnit& unit, Intents& intents) {
    if (transaction == nullptr) return storage.commits().commit(unit, &intents);
    CAIRN_RETURN_IF_ERROR(transaction->add(unit));
    return CommitReceipt();
  }
};

// What ends a transaction whatever its statements say: the command fails with it, and not one
// statement of it, so that the client runs the whole transaction again.
inline bool ends_transaction(const Context& context, const Status& status) {
  const ErrorCode code = status.code();
  return context.transaction != nullptr &&
         (code == ErrorCode::kWriteConflict || code == ErrorCode::kLockTimeout ||
          code == ErrorCode::kSnapshotUnavailable);
}

// The variables and the collation of a command, or of a statement that has its own (`collation`);
// where neither names one, the collection's.
inline Result<expr::Surroundings> surroundings(Context& context, const Namespace& name,
                                               const OperationOptions& operation,
                                               DocumentView collation) {
  auto around = expr::Surroundings::of(operation.let, collation,
                                       Timestamp::from_value(context.storage.commits().last_op()));
  if (!around.ok() || !collation.empty()) return around;
  if (const CollectionRef collection = context.find(name)) {
    around->collation = collection->collation();
  }
  return around;
}

// For a command with a retryable write its ticket, for others an empty one.
inline Result<RetryTicket> begin_command(Context& context, const WriteOptions& options) {
  if (!options.retry) return RetryTicket();
  return context.retries.begin(*options.retry);
}

// The intents of documents; waits for who has them. Staged writes may: they are applied first. In a
// transaction it is the transaction that holds them, nobody waits, and the result holds none.
inline Result<Intents> lock_documents(Context& context, std::span<const std::uint64_t> hashes) {
  if (context.transaction != nullptr) {
    CAIRN_RETURN_IF_ERROR(context.transaction->lock(hashes));
    return Intents();
  }
  IntentTable& table = context.storage.intents();
  auto locked = table.lock(hashes, {.on_conflict = OnConflict::kFail});
  if (locked.ok()) return locked;
  context.storage.commits().lead_staged();
  return table.lock(hashes);
}

// Whether a write of so many bytes is better applied with others than waited for.
inline bool may_be_pending(const WriteOptions& options, std::size_t bytes) {
  constexpr std::size_t kSmallBytes = 64 << 10;
  return options.observer != nullptr && options.operation.transaction == nullptr &&
         options.keys == nullptr && options.durability == Durability::kBuffered &&
         bytes <= kSmallBytes;
}

// Waits as `options` asks until `op` is durable.
inline Status acknowledge(Context& context, const WriteOptions& options, OpNumber op) {
  if (options.durability == Durability::kBuffered || op == 0) return Status();
  return context.storage.syncer().wait_durable(op);
}

}  // namespace cairn::write
