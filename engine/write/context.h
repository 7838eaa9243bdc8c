// What every write needs of the engine.
#pragma once

#include "engine/catalog/catalog.h"
#include "engine/expr/surroundings.h"
#include "engine/keys/key_store.h"
#include "engine/storage/storage.h"
#include "engine/write/retry.h"

#include <cairn/operation.h>

#include <span>

namespace cairn::write {

struct Context {
  Storage& storage;
  Catalog& catalog;
  keys::KeyStore& keys;
  RetryTable& retries;
};

// The variables and the collation of a command, or of a statement that has its own (`collation`);
// where neither names one, the collection's.
inline Result<expr::Surroundings> surroundings(Context& context, const Namespace& name,
                                               const OperationOptions& operation,
                                               DocumentView collation) {
  auto around = expr::Surroundings::of(operation.let, collation,
                                       Timestamp::from_value(context.storage.commits().last_op()));
  if (!around.ok() || !collation.empty()) return around;
  if (const CollectionRef collection = context.catalog.find(name)) {
    around->collation = collection->collation();
  }
  return around;
}

// For a command with a retryable write its ticket, for others an empty one.
inline Result<RetryTicket> begin_command(Context& context, const WriteOptions& options) {
  if (!options.retry) return RetryTicket();
  return context.retries.begin(*options.retry);
}

// The intents of documents; waits for who has them. Staged writes may: they are applied first.
inline Result<Intents> lock_documents(Context& context, std::span<const std::uint64_t> hashes) {
  IntentTable& table = context.storage.intents();
  auto locked = table.lock(hashes, {.on_conflict = OnConflict::kFail});
  if (locked.ok()) return locked;
  context.storage.commits().lead_staged();
  return table.lock(hashes);
}

// Whether a write of so many bytes is better applied with others than waited for.
inline bool may_be_pending(const WriteOptions& options, std::size_t bytes) {
  constexpr std::size_t kSmallBytes = 64 << 10;
  return options.observer != nullptr && options.keys == nullptr &&
         options.durability == Durability::kBuffered && bytes <= kSmallBytes;
}

// Waits as `options` asks until `op` is durable.
inline Status acknowledge(Context& context, const WriteOptions& options, OpNumber op) {
  if (options.durability == Durability::kBuffered || op == 0) return Status();
  return context.storage.syncer().wait_durable(op);
}

}  // namespace cairn::write
