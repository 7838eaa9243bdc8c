// How every operation of the public API begins and ends.
#pragma once

#include <cairn/interrupt_scope.h>

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

}  // namespace cairn::api
