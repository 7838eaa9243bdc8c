#include "compat/mongodb/registry/topology.h"

#include <utility>

namespace cairn::mongodb {

std::int64_t Topology::version() const {
  const std::lock_guard lock(mutex_);
  return version_;
}

void Topology::change() {
  std::unordered_map<const void*, std::function<void()>> waiting;
  {
    const std::lock_guard lock(mutex_);
    ++version_;
    waiting.swap(waiting_);
  }
  changed_.notify_all();
  for (const auto& [who, wake] : waiting) wake();
}

void Topology::call_when_changed(const void* who, std::int64_t seen, std::function<void()> wake) {
  {
    const std::lock_guard lock(mutex_);
    if (version_ == seen) {
      waiting_.insert_or_assign(who, std::move(wake));
      return;
    }
  }
  wake();
}

void Topology::forget(const void* who) {
  const std::lock_guard lock(mutex_);
  waiting_.erase(who);
}

void Topology::wait(std::int64_t seen, Clock::time_point until) {
  std::unique_lock lock(mutex_);
  changed_.wait_until(lock, until, [&] { return version_ != seen; });
}

}  // namespace cairn::mongodb
