// How every operation of the public API begins and ends.
#pragma once

#include "engine/transaction/open_transaction.h"

#include <cairn/interrupt_scope.h>
#include <cairn/transaction.h>

#include <new>
#include <stdexcept>

namespace cairn::api {

// Runs an operation within its interrupt's scope. What the standard library throws where memory
// ends, or where a value outgrows what one may be, is the operation's error: no exception leaves
// the engine.
template <typename Run>
auto operate(const Interrupt* interrupt, const Run& run) -> decltype(run()) {
  const InterruptScope scope(interrupt);
  try {
    return run();
  } catch (const std::length_error& error) {
    return Status(ErrorCode::kExceededMemoryLimit, error.what());
  } catch (const std::bad_alloc&) {
    return Status(ErrorCode::kExceededMemoryLimit, "there is not enough memory for this");
  }
}

// Runs an operation in a transaction, which it ends by any error, one of a statement too.
template <typename Run>
auto within(OpenTransaction& transaction, const Run& run) -> decltype(run()) {
  CAIRN_RETURN_IF_ERROR(transaction.check());
  auto result = run();
  if (result.ok()) {
    Status doomed = transaction.check();
    if (!doomed.ok()) result = std::move(doomed);
  }
  if (!result.ok()) {
    transaction.fail(result.status());
  } else if constexpr (requires { result->errors.empty(); }) {
    if (!result->errors.empty()) transaction.fail(result->errors.front().status);
  }
  return result;
}

// The same in the operation's transaction, if it has one.
template <typename Run>
auto operate(const OperationOptions& operation, const Run& run) -> decltype(run()) {
  if (operation.transaction == nullptr) return operate(operation.interrupt, run);
  CAIRN_RETURN_IF_ERROR(operation.transaction->check());
  return within(*operation.transaction->state(), [&] { return operate(operation.interrupt, run); });
}

}  // namespace cairn::api
