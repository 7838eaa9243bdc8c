// Maintenance: a background thread that does its work every interval. A store has one (it tries to
// leave a read-only state, reaps dropped keyspaces and trims the oplog), an engine another (it
// deletes what has expired).
#pragma once

#include <sys/resource.h>

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <thread>

namespace cairn {

class Maintenance {
 public:
  // kBehind: work that takes long, for which nobody waits. Its thread is given a processor once
  // those that serve somebody leave one.
  enum class Priority : std::uint8_t { kUsual, kBehind };

  Maintenance(std::uint32_t interval_ms, std::function<void()> work,
              Priority priority = Priority::kUsual)
      : interval_ms_(interval_ms),
        work_(std::move(work)),
        priority_(priority),
        thread_([this] { run(); }) {}
  Maintenance(const Maintenance&) = delete;
  Maintenance& operator=(const Maintenance&) = delete;
  ~Maintenance() {
    {
      std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    wake_.notify_all();
    thread_.join();
  }

 private:
  void run() {
    // On Linux a thread has a niceness of its own: 0 means the calling one.
    if (priority_ == Priority::kBehind) (void)setpriority(PRIO_PROCESS, 0, kNiceness);
    std::unique_lock lock(mutex_);
    const auto interval = std::chrono::milliseconds(interval_ms_);
    while (!wake_.wait_for(lock, interval, [this] { return stopping_; })) {
      lock.unlock();
      work_();
      lock.lock();
    }
  }

  // A tenth of what others get, where all processors are busy: it must not stand still.
  static constexpr int kNiceness = 10;

  const std::uint32_t interval_ms_;
  const std::function<void()> work_;
  const Priority priority_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;
  std::thread thread_;  // last: it uses the rest
};

}  // namespace cairn
