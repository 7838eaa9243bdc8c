#include "compat/mongodb/dispatch/operation_scope.h"

#include <utility>

namespace cairn::mongodb {

OperationScope::OperationScope(Call& call, Interrupt& interrupt,
                               DialectState::Clock::time_point started)
    : connection_(call.connection), waited_(std::move(connection_.waits)), interrupt_(interrupt) {
  call.interrupt = waited_ ? &waited_->interrupt : &interrupt;
  if (waited_) return;  // it is seen already
  operation_ = {.id = call.dialect.next_operation.fetch_add(1, std::memory_order_relaxed),
                .row = &call.row,
                .database = call.database(),
                .collection = call.collection,
                .command = call.request.body,
                .session = call.generic.session,
                .started = started,
                .interrupt = call.interrupt};
  set(&operation_);
}

OperationScope::~OperationScope() {
  if (connection_.waits == nullptr) set(nullptr);
}

void OperationScope::wait(const Waker* waker) {
  if (!waited_) {
    waited_ = std::make_unique<WaitingOperation>();
    waited_->operation = operation_;
    waited_->operation.interrupt = &waited_->interrupt;
  }
  {
    const std::lock_guard lock(connection_.operation_mutex);
    waited_->operation.waker = waker;  // others may see it already
    connection_.operation = &waited_->operation;
  }
  // Whoever ended it before has not seen that it waits.
  if (const Status ended = interrupt_.check(); !ended.ok()) {
    waited_->interrupt.interrupt(ended.code());
  }
  connection_.waits = std::move(waited_);
}

void OperationScope::set(const RunningOperation* operation) {
  const std::lock_guard lock(connection_.operation_mutex);
  connection_.operation = operation;
}

}  // namespace cairn::mongodb
