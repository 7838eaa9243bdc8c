// BuildTurns: how many indexes are built at once. More wait for their turn, so that builds leave
// processors, and a server's threads, to everybody else. Thread-safety: all of it.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>

#include <cairn/interrupt_scope.h>
#include <cairn/status.h>
#include <cairn/thread_wait.h>

namespace cairn {

class BuildTurns {
 public:
  // As MongoDB's maxNumActiveUserIndexBuilds is by default.
  static constexpr int kMost = 3;

  // Ends with the object.
  using Turn = std::unique_ptr<BuildTurns, void (*)(BuildTurns*)>;

  // REQUIRES: the thread has none, and holds nothing that others wait for.
  // Error: that of the thread's InterruptScope.
  Result<Turn> take() {
    std::unique_lock lock(mutex_);
    CAIRN_RETURN_IF_ERROR(wait_for_others(ended_, lock, InterruptScope::current(),
                                          [this] { return taken_ < kMost; }));
    ++taken_;
    return Turn(this, [](BuildTurns* turns) { turns->end(); });
  }

 private:
  void end() {
    const std::lock_guard lock(mutex_);
    --taken_;
    ended_.notify_one();
  }

  std::mutex mutex_;
  std::condition_variable ended_;
  int taken_ = 0;  // guarded by mutex_
};

}  // namespace cairn
