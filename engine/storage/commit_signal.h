// CommitSignal: tells those who wait at the end of the oplog that something was committed.
//
// Thread-safety: all of it. The commit leader pays one atomic addition and one load where nobody
// waits.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <utility>
#include <vector>

namespace cairn {

class CommitSignal {
 public:
  using Callback = std::function<void()>;
  using Ticket = std::uint64_t;

  // Rises with every group of commits; ask before looking, then wait for it to change.
  std::uint64_t count() const { return count_.load(std::memory_order_seq_cst); }
  void raise() {
    count_.fetch_add(1, std::memory_order_seq_cst);
    if (waiting_.load(std::memory_order_seq_cst) == 0) return;
    std::map<Ticket, Callback> callbacks;
    {
      const std::lock_guard lock(mutex_);
      waiting_.fetch_sub(static_cast<std::uint32_t>(callbacks_.size()), std::memory_order_seq_cst);
      callbacks.swap(callbacks_);
      changed_.notify_all();
    }
    for (const auto& [ticket, callback] : callbacks) callback();
  }
  // Until `count()` is no longer `seen`, or the time has come.
  void wait(std::uint64_t seen, std::chrono::steady_clock::time_point until) {
    std::unique_lock lock(mutex_);
    waiting_.fetch_add(1, std::memory_order_seq_cst);
    changed_.wait_until(lock, until, [&] { return count() != seen; });
    waiting_.fetch_sub(1, std::memory_order_seq_cst);
  }
  // Calls back once, when `count()` is no longer `seen`: perhaps before this returns, else from the
  // thread that leads the commit (so: be quick, post elsewhere).
  Ticket call_when_raised(std::uint64_t seen, Callback callback) {
    Ticket ticket = 0;
    {
      const std::lock_guard lock(mutex_);
      ticket = ++last_ticket_;
      waiting_.fetch_add(1, std::memory_order_seq_cst);
      if (count() == seen) {
        callbacks_.emplace(ticket, std::move(callback));
        return ticket;
      }
      waiting_.fetch_sub(1, std::memory_order_seq_cst);
    }
    callback();
    return ticket;
  }
  // Forgets a callback; it may have been called, or be about to.
  void forget(Ticket ticket) {
    const std::lock_guard lock(mutex_);
    if (callbacks_.erase(ticket) > 0) waiting_.fetch_sub(1, std::memory_order_seq_cst);
  }

 private:
  std::atomic<std::uint64_t> count_{0};
  std::atomic<std::uint32_t> waiting_{0};
  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<Ticket, Callback> callbacks_;  // guarded by mutex_
  Ticket last_ticket_ = 0;                // guarded by mutex_
};

}  // namespace cairn
