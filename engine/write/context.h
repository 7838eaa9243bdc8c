// What every write needs of the engine.
#pragma once

#include "engine/catalog/catalog.h"
#include "engine/expr/surroundings.h"
#include "engine/storage/storage.h"
#include "engine/write/retry.h"

#include <cairn/operation.h>

namespace cairn::write {

struct Context {
  Storage& storage;
  Catalog& catalog;
  RetryTable& retries;
};

// The variables and the collation of a command, or of a statement that has its own (`collation`).
inline Result<expr::Surroundings> surroundings(Context& context, const OperationOptions& operation,
                                               DocumentView collation) {
  return expr::Surroundings::of(operation.let, collation,
                                Timestamp::from_value(context.storage.commits().last_op()));
}

// For a command with a retryable write its ticket, for others an empty one.
inline Result<RetryTicket> begin_command(Context& context, const WriteOptions& options) {
  if (!options.retry) return RetryTicket();
  return context.retries.begin(*options.retry);
}

// Waits as `options` asks until `op` is durable.
inline Status acknowledge(Context& context, const WriteOptions& options, OpNumber op) {
  if (options.durability == Durability::kBuffered || op == 0) return Status();
  return context.storage.syncer().wait_durable(op);
}

}  // namespace cairn::write
