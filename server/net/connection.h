// One client's connection: reads messages, has them run, writes replies, one after the other.
//
// At any time one thread, or one pending operation, owns a connection and everything in it: it
// waits for bytes, or works, or waits for room to write, or is in line for a thread, or waits for a
// commit or the disk; the next owner is handed it by asio or by a queue. So there are no locks. A
// function that returns `bool` says whether the caller still owns the connection; after `false` it
// touches nothing.
//
// What others may do at any time: `interrupt`, `shutdown_*` and `sweep`, which look only at atomics
// and at the descriptor, open until the end. `sweep` takes the buffers of a connection that is
// kIdle, by making it kSwept for the while.
#pragma once

#include "server/net/environment.h"
#include "server/net/lane.h"
#include "server/net/receive_buffer.h"

#include <asio/basic_stream_socket.hpp>
#include <asio/basic_waitable_timer.hpp>
#include <asio/generic/stream_protocol.hpp>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace cairn::net {

using Socket = asio::basic_stream_socket<asio::generic::stream_protocol, Lane::Executor>;

// Shared: its pending operation owns it, and the registry finds it.
class Connection final : public Runnable,
                         public CommitObserver,
                         public std::enable_shared_from_this<Connection> {
 public:
  // REQUIRES: `lane` and `environment` outlive the connection.
  Connection(Environment& environment, Lane& lane, Socket socket, Client client);

  void start();
  const Client& client() const { return client_; }

  // Any thread, any time, as all below.
  bool running() const { return phase_.load(std::memory_order_relaxed) == Phase::kRunning; }
  void interrupt() {
    session_->interrupt();
    wake();
  }
  // Has a message that waits run again.
  void wake();
  // Receives nothing more: ends once what has come is answered. What waits is run again.
  void shutdown_receive();
  // Ends as soon as no command runs.
  void shutdown_both();
  // Holds the limits of time, and gives back an idle connection's memory.
  void sweep(std::chrono::milliseconds now);

 private:
  enum class Phase : std::uint8_t {
    kIdle,       // between messages, waits for the first byte
    kSwept,      // kIdle, and the sweeper has the buffers
    kReceiving,  // waits for the rest of a message
    kRunning,    // a command runs, or is about to, or waits for the disk, or to be woken
    kSending,    // waits for the client to take its replies
    kClosed,
  };

  // CommitObserver: what the last command left pending has ended.
  void committed(const Status& status) override;
  // Runnable: the command taken in, somewhere else than in `serve`.
  void run_command() override;

  void wait_for_bytes();
  void on_readable(std::error_code error);
  void on_writable(std::error_code error);
  // Serves what has come, until there is something to wait for.
  void serve();
  bool serve_messages();
  bool serve_message(std::size_t size);
  bool run_weighted();
  bool run();
  bool run_and_leave();
  // Until somebody wakes the message, or the time has come.
  void wait_for_waker(std::chrono::steady_clock::time_point until);
  void wait_to_be_woken(std::chrono::steady_clock::time_point until);
  void run_again();
  // What follows a command that ran elsewhere than in `serve`.
  void go_on();
  bool arrive() { return arrived_.fetch_add(1) == 1; }
  bool after_commit();
  bool durable_or_wait();
  void wait_for_disk(OpTime op);
  void after_disk();
  bool receive();
  bool flush();
  void close(std::string_view why);

  void enter(Phase phase);
  void take_from_sweeper();
  void consume_message();
  void release_buffers();
  bool peer_has_gone() const;
  void sweep_idle(std::chrono::milliseconds since);
  void sweep_transfer(std::chrono::milliseconds since, std::string_view what);
  void log_ended(std::string_view why) const;

  Environment& environment_;
  Lane& lane_;
  Socket socket_;
  const int descriptor_;
  const Client client_;
  const std::unique_ptr<Session> session_;

  // The owner's.
  ReceiveBuffer in_;
  std::size_t message_size_ = 0;  // of the message taken in, or waited for; 0: cannot be told yet
  bool more_to_read_ = false;     // the last read filled all its room
  bool close_after_ = false;
  bool repeats_ = false;  // the message is served again once its reply is sent
  std::string out_;
  std::size_t sent_ = 0;         // of out_
  std::size_t reply_start_ = 0;  // of the last command's, in out_
  std::optional<OpTime> durable_after_;
  Status disk_status_;
  bool woken_for_nothing_ = false;    // the message ran again, and waits again
  Weight weight_ = Weight::kInstant;  // of the message taken in
  asio::basic_waitable_timer<std::chrono::steady_clock> again_;  // of a message that waits
  // While a write is pending: its observer's, then the owner's again.
  Status commit_status_;
  // The end of `run` and the end of the commit: who arrives second goes on.
  std::atomic<int> arrived_{0};
  std::shared_ptr<Connection> pending_self_;  // until both have arrived
  // Of the message: it runs, somebody has woken it, or it waits for that.
  enum class Waiting : std::uint8_t { kNot, kWoken, kWaits };
  std::atomic<Waiting> waiting_{Waiting::kNot};

  // Everybody's.
  std::atomic<Phase> phase_{Phase::kIdle};
  std::atomic<std::int64_t> since_ms_;  // when the phase began
  std::atomic<std::size_t> moved_{0};   // bytes received or sent since then
  std::atomic<bool> holds_memory_{false};
  std::atomic<bool> spoken_{false};  // a whole message has come
};

// Milliseconds of the clock that connections measure their phases with (coarse: a few ms).
std::chrono::milliseconds coarse_now();

}  // namespace cairn::net
