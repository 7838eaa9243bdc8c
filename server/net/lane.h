// A lane: an io_context with its threads. A connection lives in one lane and is served by whichever
// of its threads is free. Commands run on the lane's threads, within these bounds, so that what
// must always be answered (ping, hello, killOp) finds a thread:
//
//   instant commands     any thread
//   short and long ones  all but one thread; where that is full, short ones wait in line, in order
//   long ones            all but two threads; where that is full, they go to the workers
//
// A command that waits for another client gives its place up meanwhile.
//
// Thread-safe.
#pragma once

#include "server/net/counters.h"
#include "server/net/threads.h"

#include <asio/io_context.hpp>

#include <atomic>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>

namespace cairn::net {

// Something with a command to run.
class Runnable {
 public:
  virtual void run_command() = 0;

 protected:
  ~Runnable() = default;
};

class Lane {
 public:
  using Executor = asio::io_context::executor_type;

  // REQUIRES: threads >= 3.
  explicit Lane(int threads);
  ~Lane();
  Lane(const Lane&) = delete;
  Lane& operator=(const Lane&) = delete;

  void start() { threads_.start(); }
  // Returns once no handler is left, or soon after `abandon`.
  void finish() { threads_.finish(); }
  void abandon() { threads_.abandon(); }

  asio::io_context& context() { return threads_.context(); }
  TrafficCounters& counters() { return counters_; }
  const TrafficCounters& counters() const { return counters_; }

  // Whether a short command may run now, on the caller's thread; then `leave` and, once the caller
  // has nothing else to do, `run_waiting` follow. Else it may `line_up`.
  bool enter_short() { return waiting_count_.load() == 0 && try_enter(count_ - 1); }
  // `run_command` is called when its turn comes, maybe before this returns.
  void line_up(std::shared_ptr<Runnable> task);
  // Whether a long command may run now, on the caller's thread; then the same.
  bool enter_long() { return try_enter(count_ - 2); }
  void leave() { --busy_; }
  // Has `commit` called when the connections that have something now have been served: once for all
  // that ask meanwhile. `commit` outlives the lane.
  void commit_soon(const std::function<void()>& commit);
  // Runs what waits in line while there is a place for it.
  void run_waiting();

 private:
  bool try_enter(int limit);
  std::shared_ptr<Runnable> next_waiting();

  const int count_;  // of threads
  Threads threads_;  // before the line: the sockets of who waits in it are of its context
  TrafficCounters counters_;

  // Whoever adds to the line looks at `busy_` afterwards, and whoever leaves looks at the line
  // afterwards, both sequentially consistent: one of the two finds the other's task or place.
  std::atomic<int> busy_{0};
  std::atomic<int> waiting_count_{0};
  std::mutex mutex_;
  std::deque<std::shared_ptr<Runnable>> waiting_;  // guarded by mutex_
  std::atomic<bool> commits_soon_{false};
};

}  // namespace cairn::net
