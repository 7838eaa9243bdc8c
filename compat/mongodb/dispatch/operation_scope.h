// OperationScope: a command as others see it while it runs, and while it waits without a thread.
#pragma once

#include "compat/mongodb/command/state.h"

#include <memory>

namespace cairn::mongodb {

// Makes the command visible to currentOp and killOp. On the thread that runs it.
class OperationScope {
 public:
  // Hands the call its interrupt: `interrupt`, which outlives the scope, unless the command has
  // waited and has one since.
  OperationScope(Call& call, Interrupt& interrupt, DialectState::Clock::time_point started);
  OperationScope(const OperationScope&) = delete;
  OperationScope& operator=(const OperationScope&) = delete;
  ~OperationScope();

  // It waits from now on, until it is run again; `waker` has that done, and outlives the wait.
  void wait(const Waker* waker);

 private:
  void set(const RunningOperation* operation);

  ConnectionState& connection_;
  std::unique_ptr<WaitingOperation> waited_;
  Interrupt& interrupt_;
  RunningOperation operation_;
};

}  // namespace cairn::mongodb
