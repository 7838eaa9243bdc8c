// OplogEnd: what who has read the oplog to its end knows of it, to wait for more.
#pragma once

#include "engine/storage/commit_signal.h"

#include <cairn/operation.h>
#include <cairn/status.h>

#include <cstdint>
#include <functional>
#include <memory>

namespace cairn::changes {

class OplogEnd {
 public:
  // `signal` outlives it.
  explicit OplogEnd(CommitSignal& signal) : signal_(signal) {}

  // Before a look at the oplog, and after one that saw all that there was.
  void look() {
    reached_ = false;
    seen_ = signal_.count();
  }
  void reach() { reached_ = true; }
  bool reached() const { return reached_; }

  // Until there may be more than the last look saw, or `until`. Error: the interrupt's.
  Status wait(Interrupt::Clock::time_point until, const Interrupt* interrupt);
  // Calls back once when there may be more: see ChangeFeed::when_more. Null: there may be already.
  std::shared_ptr<void> when_more(std::function<void()> callback);

 private:
  CommitSignal& signal_;
  bool reached_ = false;
  std::uint64_t seen_ = 0;
};

}  // namespace cairn::changes
