// InsertSignal: tells those who wait at the end of a capped collection that something was inserted.
//
// Thread-safety: all of it. A writer pays one atomic load where nobody waits.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>

namespace cairn {

class InsertSignal {
 public:
  // Rises with every insert; ask before looking for documents, then wait for it to change.
  std::uint64_t count() const { return count_.load(std::memory_order_seq_cst); }
  void raise() {
    count_.fetch_add(1, std::memory_order_seq_cst);
    if (waiting_.load(std::memory_order_seq_cst) == 0) return;
    const std::lock_guard lock(mutex_);
    changed_.notify_all();
  }
  // Until `count()` is no longer `seen`, or the time has come.
  void wait(std::uint64_t seen, std::chrono::steady_clock::time_point until) {
    std::unique_lock lock(mutex_);
    waiting_.fetch_add(1, std::memory_order_seq_cst);
    changed_.wait_until(lock, until, [&] { return count() != seen; });
    waiting_.fetch_sub(1, std::memory_order_seq_cst);
  }

 private:
  std::atomic<std::uint64_t> count_{0};
  std::atomic<std::uint32_t> waiting_{0};
  std::mutex mutex_;
  std::condition_variable changed_;
};

}  // namespace cairn
