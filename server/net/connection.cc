#include "server/net/connection.h"

#include "server/net/limits.h"
#include "server/net/registry.h"

#include <asio/buffer.hpp>
#include <asio/post.hpp>

#include <poll.h>
#include <sys/socket.h>
#include <time.h>

#include <algorithm>
#include <utility>

namespace cairn::net {

std::chrono::milliseconds coarse_now() {
  timespec time;
  ::clock_gettime(CLOCK_MONOTONIC_COARSE, &time);
  return std::chrono::milliseconds(time.tv_sec * 1000 + time.tv_nsec / 1'000'000);
}

Connection::Connection(Environment& environment, Lane& lane, Socket socket, Client client)
    : environment_(environment),
      lane_(lane),
      socket_(std::move(socket)),
      descriptor_(socket_.native_handle()),
      client_(std::move(client)),
      session_(environment.protocol.connect(client_)),
      again_(lane.context()),
      since_ms_(coarse_now().count()) {}

void Connection::start() {
  session_->set_waker([weak = weak_from_this()] {
    if (const auto self = weak.lock()) self->wake();
  });
  wait_for_bytes();
}

// --- Waiting for a message
// ------------------------------------------------------------------------

void Connection::wait_for_bytes() {
  auto handler = [self = shared_from_this()](std::error_code error) { self->on_readable(error); };
  const Phase phase = in_.empty() ? Phase::kIdle : Phase::kReceiving;
  // The rest of a message has no more time because a part of it has come.
  if (phase_.load(std::memory_order_relaxed) != phase) enter(phase);
  socket_.async_wait(Socket::wait_read, std::move(handler));
}

void Connection::on_readable(std::error_code error) {
  Lane& lane = lane_;
  take_from_sweeper();
  if (error) {
    close(error.message());
  } else if (receive()) {
    serve();
  }
  lane.run_waiting();
}

void Connection::take_from_sweeper() {
  if (phase_.load(std::memory_order_relaxed) == Phase::kReceiving)
    return;  // it has nothing to take
  since_ms_.store(coarse_now().count(), std::memory_order_relaxed);
  moved_.store(0, std::memory_order_relaxed);
  Phase idle = Phase::kIdle;
  while (!phase_.compare_exchange_weak(idle, Phase::kReceiving)) idle = Phase::kIdle;
}

bool Connection::receive() {
  const auto room = in_.room(message_size_ > 0 ? message_size_ : kFirstReadBytes);
  std::error_code error;
  const std::size_t count = socket_.read_some(asio::buffer(room.data(), room.size()), error);
  if (error == asio::error::would_block) {
    more_to_read_ = false;
    wait_for_bytes();
    return false;
  }
  if (error) {
    close(error == asio::error::eof ? "closed by the client" : error.message());
    return false;
  }
  in_.fill(count);
  more_to_read_ = count == room.size();
  holds_memory_.store(true, std::memory_order_relaxed);
  moved_.fetch_add(count, std::memory_order_relaxed);
  TrafficCounters::add(lane_.counters().bytes_in, static_cast<std::int64_t>(count));
  return true;
}

// --- Serving
// --------------------------------------------------------------------------------------

void Connection::serve() {
  while (serve_messages()) {
    if (!flush()) return;
    if (close_after_) return close("closed by the server");
    if (!more_to_read_) return wait_for_bytes();
    if (!receive()) return;
  }
}

bool Connection::serve_messages() {
  while (!in_.empty() && !close_after_) {
    const auto size = session_->message_size(in_.filled());
    if (!size) {
      environment_.log.warning("NETWORK", "Closing a connection that sends no messages",
                               document("connectionId", client_.connection_id, "remote",
                                        client_.remote_address, "error", size.error()));
      close_after_ = true;
      return true;
    }
    message_size_ = *size;
    if (*size == 0 || in_.filled().size() < *size) return true;
    if (!serve_message(*size)) return false;
    if ((repeats_ || out_.size() >= kFlushBytes) && !flush()) return false;
  }
  return true;
}

bool Connection::serve_message(std::size_t size) {
  spoken_.store(true, std::memory_order_relaxed);
  TrafficCounters::add(lane_.counters().requests, 1);
  const auto weight = session_->take_in(in_.filled().first(size));
  if (!weight) {
    environment_.log.warning("NETWORK", "Closing a connection for a bad message",
                             document("connectionId", client_.connection_id, "remote",
                                      client_.remote_address, "error", weight.error()));
    close_after_ = true;
    return true;
  }
  weight_ = *weight;
  woken_for_nothing_ = false;
  enter(Phase::kRunning);
  return run_weighted();
}

bool Connection::run_weighted() {
  switch (weight_) {
    case Weight::kInstant:
      return run();
    case Weight::kShort:
      if (lane_.enter_short()) return run_and_leave();
      lane_.line_up(shared_from_this());
      return false;
    case Weight::kLong:
      if (lane_.enter_long()) return run_and_leave();
      asio::post(environment_.workers, [self = shared_from_this()] { self->run_command(); });
      return false;
  }
  return true;
}

bool Connection::run_and_leave() {
  const bool mine = run();
  lane_.leave();
  return mine;
}

bool Connection::run() {
  reply_start_ = out_.size();
  arrived_.store(0, std::memory_order_relaxed);
  waiting_.store(Waiting::kNot);
  const Outcome outcome = session_->run(out_, *this);
  if (outcome.again_at) {
    wait_for_waker(*outcome.again_at);
    return false;
  }
  close_after_ = close_after_ || outcome.close_after;
  durable_after_ = outcome.durable_after;
  repeats_ = outcome.repeat;
  if (!repeats_) consume_message();
  if (!outcome.pending) return durable_or_wait();
  pending_self_ = shared_from_this();
  ++environment_.waiting;
  lane_.commit_soon(environment_.commit_pending);
  return arrive() && after_commit();
}

void Connection::run_command() {
  if (run()) go_on();
}

void Connection::go_on() {
  if (!flush()) return;
  if (close_after_) return close("closed by the server");
  if (in_.empty() && !more_to_read_) return wait_for_bytes();
  asio::post(lane_.context(), [self = shared_from_this()] {
    Lane& lane = self->lane_;
    self->serve();
    lane.run_waiting();
  });
}

// --- Waiting to be woken
// --------------------------------------------------------------------------

// What was answered before and has not been sent yet waits as well: nobody who waits for something
// to happen sends a message behind another.
void Connection::wait_for_waker(std::chrono::steady_clock::time_point until) {
  if (!woken_for_nothing_) return wait_to_be_woken(until);
  // Much happens that is of no use to the message: so it looks again in a while only.
  again_.expires_at(std::min(until, std::chrono::steady_clock::now() + kPauseBetweenWakes));
  again_.async_wait([self = shared_from_this(), until](std::error_code) {
    const bool due = std::chrono::steady_clock::now() >= until;
    if (due || self->waiting_.load() == Waiting::kWoken) return self->run_again();
    self->wait_to_be_woken(until);
  });
}

void Connection::wait_to_be_woken(std::chrono::steady_clock::time_point until) {
  again_.expires_at(until);
  again_.async_wait([weak = weak_from_this()](std::error_code error) {
    if (error) return;
    if (const auto self = weak.lock()) self->wake();
  });
  Waiting running = Waiting::kNot;
  if (waiting_.compare_exchange_strong(running, Waiting::kWaits)) return;
  // Woken already.
  asio::post(lane_.context(), [self = shared_from_this()] { self->run_again(); });
}

void Connection::wake() {
  if (waiting_.exchange(Waiting::kWoken) != Waiting::kWaits) return;
  asio::post(lane_.context(), [self = shared_from_this()] { self->run_again(); });
}

void Connection::run_again() {
  Lane& lane = lane_;
  again_.cancel();
  woken_for_nothing_ = true;  // unless it is answered now
  if (run_weighted()) go_on();
  lane.run_waiting();
}

// --- Waiting for a commit
// -------------------------------------------------------------------------

void Connection::committed(const Status& status) {
  const auto self = shared_from_this();  // `go_on` may end the connection
  commit_status_ = status;
  if (arrive() && after_commit()) go_on();
}

bool Connection::after_commit() {
  pending_self_.reset();  // the caller has another
  --environment_.waiting;
  if (commit_status_.ok()) return durable_or_wait();
  session_->fail(commit_status_, reply_start_, out_);
  commit_status_ = Status();
  return true;
}

bool Connection::durable_or_wait() {
  if (!durable_after_) return true;
  wait_for_disk(*durable_after_);
  return false;
}

// --- Waiting for the disk
// -------------------------------------------------------------------------

void Connection::wait_for_disk(OpTime op) {
  Environment& environment = environment_;
  ++environment.waiting;
  // Weak: the registry keeps the connection; the engine may call back after the server's end.
  environment.on_durable(op, [weak = weak_from_this(), &environment](Status status) {
    if (const auto self = weak.lock()) {
      self->disk_status_ = std::move(status);
      asio::post(self->lane_.context(), [self] { self->after_disk(); });
    }
    --environment.waiting;
  });
}

void Connection::after_disk() {
  if (!disk_status_.ok()) session_->fail(disk_status_, reply_start_, out_);
  disk_status_ = Status();
  go_on();
}

// --- Sending
// --------------------------------------------------------------------------------------

bool Connection::flush() {
  while (sent_ < out_.size()) {
    std::error_code error;
    const std::size_t count =
        socket_.write_some(asio::buffer(out_.data() + sent_, out_.size() - sent_), error);
    if (error == asio::error::would_block) {
      if (phase_.load(std::memory_order_relaxed) != Phase::kSending) enter(Phase::kSending);
      socket_.async_wait(Socket::wait_write, [self = shared_from_this()](std::error_code waited) {
        self->on_writable(waited);
      });
      return false;
    }
    if (error) {
      close(error.message());
      return false;
    }
    sent_ += count;
    moved_.fetch_add(count, std::memory_order_relaxed);
    TrafficCounters::add(lane_.counters().bytes_out, static_cast<std::int64_t>(count));
  }
  sent_ = 0;
  out_.clear();
  if (out_.capacity() > kKeepBytes) out_ = std::string();
  return true;
}

void Connection::on_writable(std::error_code error) {
  if (error) return close(error.message());
  go_on();
}

// --- The end
// --------------------------------------------------------------------------------------

void Connection::close(std::string_view why) {
  enter(Phase::kClosed);
  ::shutdown(descriptor_, SHUT_RDWR);
  log_ended(why);
  environment_.registry.remove(client_.connection_id);
}

void Connection::log_ended(std::string_view why) const {
  environment_.log.info(
      "NETWORK", "Connection ended",
      document("connectionId", client_.connection_id, "remote", client_.remote_address, "reason",
               why, "connectionCount", environment_.registry.count() - 1));
}

void Connection::shutdown_receive() {
  ::shutdown(descriptor_, SHUT_RD);
  wake();
}
void Connection::shutdown_both() { ::shutdown(descriptor_, SHUT_RDWR); }

// --- Memory and time
// ------------------------------------------------------------------------------

void Connection::enter(Phase phase) {
  since_ms_.store(coarse_now().count(), std::memory_order_relaxed);
  moved_.store(0, std::memory_order_relaxed);
  phase_.store(phase);
}

void Connection::consume_message() {
  in_.consume(message_size_);
  message_size_ = 0;
  if (in_.empty() && in_.capacity() > kKeepBytes) {
    in_.release();
    session_->shrink();
  }
}

void Connection::release_buffers() {
  in_.release();
  out_ = std::string();
  session_->shrink();
  holds_memory_.store(false, std::memory_order_relaxed);
}

bool Connection::peer_has_gone() const {
  pollfd look{.fd = descriptor_, .events = POLLRDHUP, .revents = 0};
  return ::poll(&look, 1, 0) == 1 && (look.revents & (POLLRDHUP | POLLHUP | POLLERR)) != 0;
}

void Connection::sweep(std::chrono::milliseconds now) {
  const Phase phase = phase_.load();  // before since_ms_, which is stored before it
  const std::chrono::milliseconds since(now.count() - since_ms_.load(std::memory_order_relaxed));
  switch (phase) {
    case Phase::kIdle:
      return sweep_idle(since);
    case Phase::kReceiving:
      return sweep_transfer(since, "a message was not complete in time");
    case Phase::kSending:
      return sweep_transfer(since, "a reply was not taken in time");
    case Phase::kRunning:
      if (since > kLookAfter && peer_has_gone()) interrupt();
      return;
    case Phase::kSwept:
    case Phase::kClosed:
      return;
  }
}

void Connection::sweep_idle(std::chrono::milliseconds since) {
  if (!spoken_.load(std::memory_order_relaxed)) {
    return sweep_transfer(since, "the first message did not come in time");
  }
  if (since < kKeepIdle || !holds_memory_.load(std::memory_order_relaxed)) return;
  Phase idle = Phase::kIdle;
  if (!phase_.compare_exchange_strong(idle, Phase::kSwept)) return;
  release_buffers();
  phase_.store(Phase::kIdle);
}

void Connection::sweep_transfer(std::chrono::milliseconds since, std::string_view what) {
  const auto moved = static_cast<std::int64_t>(moved_.load(std::memory_order_relaxed));
  const std::chrono::milliseconds earned(moved * 1000 /
                                         static_cast<std::int64_t>(kSlowestBytesPerSecond));
  if (since < kTransferTimeout + earned) return;
  environment_.log.warning("NETWORK", "Closing a connection that is too slow",
                           document("connectionId", client_.connection_id, "remote",
                                    client_.remote_address, "reason", what));
  shutdown_both();
}

}  // namespace cairn::net
