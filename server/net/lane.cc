#include "server/net/lane.h"

#include <asio/defer.hpp>
#include <asio/post.hpp>

#include <utility>

namespace cairn::net {

Lane::Lane(int threads)
    : count_(threads),
      threads_(threads, {.wait_begins =
                             [this] {
                               leave();
                               asio::post(context(), [this] { run_waiting(); });
                             },
                         .wait_ends = [this] { ++busy_; }}) {}

// The threads use all of it.
Lane::~Lane() {
  abandon();
  finish();
}

bool Lane::try_enter(int limit) {
  int busy = busy_.load();
  while (busy < limit) {
    if (busy_.compare_exchange_weak(busy, busy + 1)) return true;
  }
  return false;
}

void Lane::line_up(std::shared_ptr<Runnable> task) {
  {
    const std::lock_guard lock(mutex_);
    waiting_.push_back(std::move(task));
    ++waiting_count_;
  }
  run_waiting();  // the last place may have become free before the task was in line
}

void Lane::commit_soon(const std::function<void()>& commit) {
  if (commits_soon_.exchange(true)) return;
  asio::defer(context(), [this, &commit] {
    commits_soon_.store(false);
    commit();
  });
}

std::shared_ptr<Runnable> Lane::next_waiting() {
  const std::lock_guard lock(mutex_);
  if (waiting_.empty()) return nullptr;
  std::shared_ptr<Runnable> task = std::move(waiting_.front());
  waiting_.pop_front();
  --waiting_count_;
  return task;
}

void Lane::run_waiting() {
  while (waiting_count_.load() > 0 && try_enter(count_ - 1)) {
    if (const std::shared_ptr<Runnable> task = next_waiting()) task->run_command();
    leave();
  }
}

}  // namespace cairn::net
