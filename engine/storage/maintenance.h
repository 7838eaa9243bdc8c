// Maintenance: a background thread that does its work every interval. A store has one (it tries to
// leave a read-only state, reaps dropped keyspaces and trims the oplog), an engine another (it
// deletes what has expired).
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <thread>

namespace cairn {

class Maintenance {
 public:
  Maintenance(std::uint32_t interval_ms, std::function<void()> work)
      : interval_ms_(interval_ms), work_(std::move(work)), thread_([this] { run(); }) {}
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
    std::unique_lock lock(mutex_);
    const auto interval = std::chrono::milliseconds(interval_ms_);
    while (!wake_.wait_for(lock, interval, [this] { return stopping_; })) {
      lock.unlock();
      work_();
      lock.lock();
    }
  }

  const std::uint32_t interval_ms_;
  const std::function<void()> work_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;
  std::thread thread_;  // last: it uses the rest
};

}  // namespace cairn
