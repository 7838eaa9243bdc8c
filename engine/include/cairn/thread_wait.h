// ThreadWait: that the work on this thread waits for somebody else, who may need a thread. A server
// of few threads lets another one serve meanwhile.
#pragma once

#include <cairn/operation.h>
#include <cairn/status.h>

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>

namespace cairn {

// While it lives, this thread waits. Cheap where nobody observes the thread; begin it only when the
// wait is no longer a short one.
class ThreadWait {
 public:
  // Told of the waits of the threads it observes, on those threads. Must not throw or wait itself.
  class Observer {
   public:
    virtual void wait_begins() = 0;
    virtual void wait_ends() = 0;

   protected:
    ~Observer() = default;
  };

  ThreadWait();
  ~ThreadWait();
  ThreadWait(const ThreadWait&) = delete;
  ThreadWait& operator=(const ThreadWait&) = delete;

  // From now on `observer` observes this thread, and outlives it; null: nobody does.
  static void observe(Observer* observer);

 private:
  Observer* const observer_;
};

// Waits, with `lock` given up meanwhile, until `ready()`, of which somebody else tells `changed`;
// beyond moments as a ThreadWait. Errors: the interrupt's (null: nothing ends it).
template <typename Ready>
Status wait_for_others(std::condition_variable& changed, std::unique_lock<std::mutex>& lock,
                       const Interrupt* interrupt, const Ready& ready) {
  constexpr std::chrono::milliseconds kLook(10);  // at the interrupt, which wakes nobody
  std::optional<ThreadWait> waits;
  while (!changed.wait_for(lock, kLook, ready)) {
    if (interrupt != nullptr) CAIRN_RETURN_IF_ERROR(interrupt->check());
    if (!waits) waits.emplace();
  }
  return Status();
}

}  // namespace cairn
