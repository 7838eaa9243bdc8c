#include "engine/changes/oplog_end.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include <cairn/thread_wait.h>

namespace cairn::changes {
namespace {

// A wait looks at its interrupt so often: an interrupt wakes nobody.
constexpr std::chrono::milliseconds kLook(50);

}  // namespace

Status OplogEnd::wait(Interrupt::Clock::time_point until, const Interrupt* interrupt) {
  const ThreadWait waits;
  while (reached_ && signal_.count() == seen_ && Interrupt::Clock::now() < until) {
    if (interrupt != nullptr) CAIRN_RETURN_IF_ERROR(interrupt->check());
    signal_.wait(seen_, std::min(until, Interrupt::Clock::now() + kLook));
  }
  return Status();
}

std::shared_ptr<void> OplogEnd::when_more(std::function<void()> callback) {
  if (!reached_) return nullptr;
  CommitSignal& signal = signal_;
  const CommitSignal::Ticket ticket = signal.call_when_raised(seen_, std::move(callback));
  return {this, [&signal, ticket](void*) { signal.forget(ticket); }};
}

}  // namespace cairn::changes
