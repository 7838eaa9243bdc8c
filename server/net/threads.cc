#include "server/net/threads.h"

#include "server/net/limits.h"

#include <iterator>
#include <system_error>
#include <utility>

namespace cairn::net {

Threads::Threads(int count, Hooks hooks)
    : count_(count),
      hooks_(std::move(hooks)),
      context_(count),
      work_(asio::make_work_guard(context_)) {}

Threads::~Threads() {
  abandon();
  finish();
}

void Threads::start() {
  for (int i = 0; i < count_; ++i) {
    running_.emplace_back([this] {
      ThreadWait::observe(this);
      context_.run();
    });
  }
}

void Threads::finish() {
  work_.reset();
  for (std::thread& thread : running_) thread.join();
  running_.clear();
  // No handler is left, so nobody adds any; those that there are see the context stopped.
  std::list<std::thread> rest;
  {
    const std::lock_guard lock(mutex_);
    rest.splice(rest.end(), spares_);
    rest.splice(rest.end(), ended_);
  }
  for (std::thread& thread : rest) thread.join();
}

void Threads::wait_begins() {
  if (hooks_.wait_begins) hooks_.wait_begins();
  const std::lock_guard lock(mutex_);
  ++waiting_;
  if (spare_count_ < waiting_ && spare_count_ < kMostSpareThreads) add_spare();
}

void Threads::wait_ends() {
  {
    const std::lock_guard lock(mutex_);
    --waiting_;
  }
  if (hooks_.wait_ends) hooks_.wait_ends();
}

// REQUIRES: the mutex.
void Threads::add_spare() {
  for (std::thread& thread : ended_) thread.join();
  ended_.clear();
  spares_.emplace_back();
  const auto self = std::prev(spares_.end());
  try {
    *self = std::thread([this, self] { run_spare(self); });
    ++spare_count_;
  } catch (const std::system_error&) {
    spares_.erase(self);  // those that there are do it all
  }
}

void Threads::run_spare(std::list<std::thread>::iterator self) {
  ThreadWait::observe(this);
  while (true) {
    context_.run_for(kSpareThreadLooks);
    const std::lock_guard lock(mutex_);
    if (!context_.stopped() && spare_count_ <= waiting_) continue;
    --spare_count_;
    if (!context_.stopped()) ended_.splice(ended_.end(), spares_, self);
    return;
  }
}

}  // namespace cairn::net
