// What the network needs to know of a protocol, and no more: where a message ends, how heavy it is,
// and what to send back. The network knows bytes, sockets and threads; a Session knows everything
// else.
//
// One message's way: `message_size` until a whole message is there, `take_in`, `run` (here or on
// another thread), then the next. A Session is used by one thread at a time, but for `interrupt`.
#pragma once

#include <cairn/operation.h>
#include <cairn/status.h>

#include <chrono>
#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>

namespace cairn::net {

using Bytes = std::span<const std::uint8_t>;

// Where a message may run.
enum class Weight : std::uint8_t {
  kInstant,  // waits for nothing: always runs at once
  kShort,    // bounded work: one thread of each lane never has any
  kLong,     // may take seconds: leaves two threads of each lane free
};

struct Client {
  std::string remote_address;  // "127.0.0.1:51324"
  std::string local_address;   // what the client connected to
  std::int64_t connection_id = 0;
};

// Has a session's message run again (Outcome::again_at). From any thread, at any time, and more
// often than needed.
using Waker = std::function<void()>;

// What becomes of the reply that `run` has written.
struct Outcome {
  // There is none yet: run the same message again when the session's waker is called, and at this
  // time. Its bytes stay until then.
  std::optional<std::chrono::steady_clock::time_point> again_at;
  bool pending = false;                 // send when the observer is told that what it reports is so
  std::optional<OpTime> durable_after;  // send when this is on disk
  bool close_after = false;
  // The message stays, and is taken in and run again once the reply is sent.
  bool repeat = false;
};

class Session {
 public:
  virtual ~Session() = default;

  // Once, before the first message.
  virtual void set_waker(Waker waker) { (void)waker; }

  // The size of the first message in `received`, which may not all be there yet; 0 while that
  // cannot be told. An error's text says why these bytes are no message: the connection is closed.
  virtual std::expected<std::size_t, std::string> message_size(Bytes received) = 0;
  // Takes in one whole message; its bytes stay until `run` has returned.
  virtual std::expected<Weight, std::string> take_in(Bytes message) = 0;
  // Does what the message asks and appends the reply, if there is to be one, to `out`. With an
  // outcome that is `pending`, and no other, `observer` is told, perhaps before this returns.
  virtual Outcome run(std::string& out, CommitObserver& observer) = 0;
  // Puts an error in place of the reply that `run` has just appended: it was not to be sent before
  // something was on disk, and that failed. `start`: where in `out` the reply begins.
  virtual void fail(const Status& status, std::size_t start, std::string& out) = 0;
  // Stops what runs. Any thread, any time.
  virtual void interrupt() = 0;
  // Gives back memory that is held for the next message. Only between messages.
  virtual void shrink() = 0;
};

class Protocol {
 public:
  virtual ~Protocol() = default;
  // Called on any thread.
  virtual std::unique_ptr<Session> connect(const Client& client) = 0;
};

}  // namespace cairn::net
