#include "engine/storage/gate.h"

#include <algorithm>
#include <optional>
#include <thread>

#include <cairn/interrupt_scope.h>
#include <cairn/thread_wait.h>

namespace cairn {

bool Gate::enter() {
  if ((state_.fetch_add(1) & kClosed) == 0) return true;
  leave();
  return false;
}

void Gate::leave() {
  const std::uint32_t before = state_.fetch_sub(1);
  if ((before & kClosed) != 0 && (before & kInside) == 1) state_.notify_all();
}

bool Gate::close() { return (state_.fetch_or(kClosed) & kClosed) == 0; }

// Who can be interrupted looks again and again: nobody wakes it for that.
template <typename Ready>
Status Gate::wait(const Ready& ready) {
  constexpr std::chrono::microseconds kShortest(50);
  constexpr std::chrono::microseconds kLongest(10'000);
  auto pause = kShortest;
  std::optional<ThreadWait> waits;
  for (std::uint32_t now = state_.load(); !ready(now); now = state_.load()) {
    if (InterruptScope::current() == nullptr) {
      state_.wait(now);
      continue;
    }
    CAIRN_RETURN_IF_ERROR(InterruptScope::check());
    std::this_thread::sleep_for(pause);
    pause = std::min(pause * 2, kLongest);
    if (pause == kLongest && !waits) waits.emplace();
  }
  return Status();
}

Status Gate::wait_empty() {
  return wait([](std::uint32_t now) { return (now & kInside) == 0; });
}

bool Gate::wait_empty(std::chrono::milliseconds limit) {
  const auto start = std::chrono::steady_clock::now();
  std::optional<ThreadWait> waits;
  while ((state_.load() & kInside) != 0) {
    const auto waited = std::chrono::steady_clock::now() - start;
    if (waited >= limit) return false;
    if (waited >= limit / 2 && !waits) waits.emplace();
    std::this_thread::sleep_for(std::chrono::microseconds(50));
  }
  return true;
}

void Gate::open() {
  state_.fetch_and(~kClosed);
  state_.notify_all();
}

void Gate::retire() {
  state_.fetch_or(kClosed | kRetired);
  state_.notify_all();
}

Status Gate::wait_open() {
  return wait([](std::uint32_t now) { return (now & kClosed) == 0 || (now & kRetired) != 0; });
}

}  // namespace cairn
