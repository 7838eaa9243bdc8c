// ThreadWait: that the work on this thread waits for somebody else, who may need a thread. A server
// of few threads lets another one serve meanwhile.
#pragma once

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

}  // namespace cairn
