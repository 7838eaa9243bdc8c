// Topology: the version of what `hello` says, and who waits for the next one. What it says changes
// once, when the server begins to stop.
//
// Thread-safety: all of it.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <unordered_map>

namespace cairn::mongodb {

class Topology {
 public:
  using Clock = std::chrono::steady_clock;

  std::int64_t version() const;
  // A new version: calls and wakes all who wait.
  void change();

  // Has `wake` called once the version is no longer `seen`: perhaps before this returns. `who`, by
  // whose address it is known, waits once at a time.
  void call_when_changed(const void* who, std::int64_t seen, std::function<void()> wake);
  void forget(const void* who);
  // Until the version is no longer `seen`, or `until`.
  void wait(std::int64_t seen, Clock::time_point until);

 private:
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::int64_t version_ = 1;                                        // guarded by mutex_
  std::unordered_map<const void*, std::function<void()>> waiting_;  // guarded by mutex_
};

}  // namespace cairn::mongodb
