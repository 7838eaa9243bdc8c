// InterruptScope: which Interrupt the work on this thread obeys where nobody hands it one: inside a
// single expression or filter, and while waiting for somebody else.
#pragma once

#include <cairn/operation.h>
#include <cairn/status.h>

namespace cairn {

// While it lives, what this thread does stops by `interrupt`; null leaves the scope around it in
// force. Scopes nest, and end in the reverse order, on the thread that began them.
class InterruptScope {
 public:
  explicit InterruptScope(const Interrupt* interrupt);
  ~InterruptScope();
  InterruptScope(const InterruptScope&) = delete;
  InterruptScope& operator=(const InterruptScope&) = delete;

  // OK, or why what this thread does must stop.
  static Status check();
  // Null: nothing can stop it.
  static const Interrupt* current();

 private:
  const Interrupt* outer_;
};

}  // namespace cairn
