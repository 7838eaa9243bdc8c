// Threads: the threads that run the handlers of an io_context, and spare ones for those whose work
// waits for somebody else (cairn::ThreadWait). A writer that waits for an open transaction, or a
// cursor that waits for documents, takes the place of nobody who could go on. Thread-safe.
#pragma once

#include <cairn/thread_wait.h>

#include <asio/executor_work_guard.hpp>
#include <asio/io_context.hpp>

#include <functional>
#include <list>
#include <mutex>
#include <thread>
#include <vector>

namespace cairn::net {

class Threads final : public ThreadWait::Observer {
 public:
  // How a wait changes who may run; called on the thread that waits.
  struct Hooks {
    std::function<void()> wait_begins;
    std::function<void()> wait_ends;
  };

  explicit Threads(int count, Hooks hooks = {});
  ~Threads();
  Threads(const Threads&) = delete;
  Threads& operator=(const Threads&) = delete;

  void start();
  // Returns once no handler is left, or soon after `abandon`.
  void finish();
  void abandon() { context_.stop(); }
  asio::io_context& context() { return context_; }

 private:
  void wait_begins() override;
  void wait_ends() override;
  void add_spare();
  void run_spare(std::list<std::thread>::iterator self);

  const int count_;
  const Hooks hooks_;
  asio::io_context context_;
  asio::executor_work_guard<asio::io_context::executor_type> work_;
  std::vector<std::thread> running_;

  std::mutex mutex_;  // guards what follows
  int waiting_ = 0;   // threads
  int spare_count_ = 0;
  std::list<std::thread> spares_;
  std::list<std::thread> ended_;  // to be joined
};

}  // namespace cairn::net
