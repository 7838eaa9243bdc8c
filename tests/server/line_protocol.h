// A protocol for testing the network alone: messages are lines, each a command.
//
//   echo TEXT    TEXT back                      (instant)
//   short TEXT   TEXT back, as a short command
//   sleep MS     holds its thread for MS, "slept" back, or "interrupted"   (long)
//   block MS     the same as a short command
//   give N       N bytes back
//   disk TEXT    TEXT back once the disk says so
//   commit TEXT  TEXT back once what is pending is committed
//   now TEXT     the same, but committed before the command returns
//   silent       no reply
//   bye          "bye" back, then the connection is closed
//   bad          not accepted as a message
#pragma once

#include "server/net/protocol.h"

#include <algorithm>
#include <atomic>
#include <charconv>
#include <chrono>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace cairn::net {

// Who waits for a commit.
class PendingLines {
 public:
  void add(CommitObserver& observer) {
    const std::lock_guard lock(mutex_);
    observers_.push_back(&observer);
  }
  void commit(const Status& status) {
    std::vector<CommitObserver*> observers;
    {
      const std::lock_guard lock(mutex_);
      observers.swap(observers_);
    }
    for (CommitObserver* observer : observers) observer->committed(status);
  }

 private:
  std::mutex mutex_;
  std::vector<CommitObserver*> observers_;
};

class LineSession final : public Session {
 public:
  LineSession(std::atomic<int>& sessions, PendingLines& pending)
      : sessions_(sessions), pending_(pending) {
    ++sessions_;
  }
  ~LineSession() override { --sessions_; }

  std::expected<std::size_t, std::string> message_size(Bytes received) override {
    const auto end = std::find(received.begin(), received.end(), '\n');
    if (end == received.end()) {
      if (received.size() > 1'000'000) return std::unexpected("a line without end");
      return 0;
    }
    return static_cast<std::size_t>(end - received.begin()) + 1;
  }

  std::expected<Weight, std::string> take_in(Bytes message) override {
    line_ = std::string_view(reinterpret_cast<const char*>(message.data()), message.size() - 1);
    const std::size_t space = std::min(line_.find(' '), line_.size());
    command_ = line_.substr(0, space);
    argument_ = line_.substr(std::min(space + 1, line_.size()));
    if (command_ == "bad") return std::unexpected("bad");
    if (command_ == "sleep") return Weight::kLong;
    if (command_ == "short" || command_ == "block") return Weight::kShort;
    return Weight::kInstant;
  }

  Outcome run(std::string& out, CommitObserver& observer) override {
    if (command_ == "silent") return {};
    if (command_ == "sleep" || command_ == "block") {
      out += wait() ? "slept\n" : "interrupted\n";
      return {};
    }
    if (command_ == "give") {
      out.append(number(), 'x');
    } else {
      out += command_ == "bye" ? command_ : argument_;
    }
    out += '\n';
    if (command_ == "now") {
      observer.committed(Status());
      return {.pending = true};
    }
    if (command_ == "commit") {
      pending_.add(observer);
      return {.pending = true};
    }
    if (command_ == "disk") return {.durable_after = OpTime{number()}};
    return {.close_after = command_ == "bye"};
  }

  void fail(const Status& status, std::size_t start, std::string& out) override {
    out.resize(start);
    out += std::string(status.message()) + "\n";
  }
  void interrupt() override { interrupted_ = true; }
  void shrink() override {}

 private:
  std::size_t number() const {
    std::size_t n = 0;
    std::from_chars(argument_.data(), argument_.data() + argument_.size(), n);
    return n;
  }
  bool wait() {
    const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(number());
    while (std::chrono::steady_clock::now() < end) {
      if (interrupted_.exchange(false)) return false;
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    return true;
  }

  std::atomic<int>& sessions_;
  PendingLines& pending_;
  std::atomic<bool> interrupted_{false};
  std::string_view line_;
  std::string_view command_;
  std::string_view argument_;
};

class LineProtocol final : public Protocol {
 public:
  std::unique_ptr<Session> connect(const Client&) override {
    return std::make_unique<LineSession>(sessions, pending);
  }
  std::atomic<int> sessions{0};
  PendingLines pending;
};

}  // namespace cairn::net
