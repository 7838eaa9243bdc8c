// The cursors that are open between a client's requests.
//
// A cursor is in the registry from its first batch until it is exhausted, killed, or idle for too
// long: ten minutes, unless told otherwise. One of a session lives as long as that does, as in
// MongoDB since 4.4.8. One request at a time may use it: `check_out` takes it,
// the lease gives it back. Thread-safety: Cursors may be used by many threads; a checked out
// OpenCursor belongs to its lease.
#pragma once

#include <cairn/bson.h>
#include <cairn/change_feed.h>
#include <cairn/cursor.h>
#include <cairn/limits.h>
#include <cairn/operation.h>
#include <cairn/status.h>
#include <cairn/transaction.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <random>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace cairn::mongodb {

// A request that waits for more of a cursor without having it checked out. Who ends the cursor
// meanwhile wakes it, so that it learns of that.
struct WaitingRequest {
  WaitingRequest(const void* connection, std::function<void()> waker, std::shared_ptr<void> signal)
      : who(connection), wake(std::move(waker)), more(std::move(signal)) {}
  WaitingRequest(const WaitingRequest&) = delete;
  WaitingRequest& operator=(const WaitingRequest&) = delete;
  ~WaitingRequest() {
    if (wake) wake();
  }

  const void* who;             // whose request it is, by address
  std::function<void()> wake;  // empty: it is back
  std::shared_ptr<void> more;  // ChangeFeed::when_more's; shared as that is
};

struct OpenCursor {
  using Clock = std::chrono::steady_clock;

  std::string namespace_name;
  // What `cursor` borrows: before it, so that it outlives it.
  std::shared_ptr<const void> borrowed;
  Cursor cursor;
  std::optional<SessionId> session;
  std::optional<std::int64_t> txn_number;  // of the transaction that it was opened in
  std::optional<OpTime> at_cluster_time;   // of the snapshot that it reads outside transactions
  bool no_timeout = false;
  bool await_data = false;
  std::shared_ptr<ChangeFeed> feed;                   // of a change stream; shared with `cursor`
  std::int64_t documents_left = -1;                   // of the query's limit; -1: no limit
  std::optional<std::chrono::nanoseconds> time_left;  // of the query's maxTimeMS

  // Read from `cursor` but too large for the batch it was read for.
  std::optional<Document> unsent;
  // Of a change stream: when events were sent last.
  Clock::time_point told{};
  std::shared_ptr<void> counted;  // one of Cursors::streams(); shared: an opaque handle

  std::unique_ptr<WaitingRequest> waiting;

  // Guarded by the registry's mutex.
  std::int64_t id = 0;
  bool in_use = false;
  bool killed = false;
  Interrupt* user = nullptr;
  Clock::time_point last_use{};
  Clock::time_point opened{};
};

class Cursors;

// A cursor taken out of the registry's reach. Gives it back when it dies, or ends it.
class CursorLease {
 public:
  CursorLease(Cursors& registry, std::shared_ptr<OpenCursor> cursor)
      : registry_(&registry), cursor_(std::move(cursor)) {}
  CursorLease(CursorLease&& other) noexcept = default;
  CursorLease& operator=(CursorLease&&) = delete;
  ~CursorLease();

  OpenCursor* operator->() const { return cursor_.get(); }
  OpenCursor& operator*() const { return *cursor_; }
  // The cursor goes back into the registry; otherwise it ends with the lease.
  void keep() { keep_ = true; }

 private:
  Cursors* registry_;
  std::shared_ptr<OpenCursor> cursor_;  // shared with the registry, which may kill it meanwhile
  bool keep_ = false;
};

class Cursors {
 public:
  using Clock = OpenCursor::Clock;

  Cursors();

  // Registers the cursor under a fresh id. Error: ExceededMemoryLimit when too many are open.
  Result<std::int64_t> open(OpenCursor cursor, Clock::time_point now);
  // Errors: CursorNotFound, CursorInUse: also where the request of another than `who` waits for
  // more of it. `user` is interrupted if the cursor is killed meanwhile.
  Result<CursorLease> check_out(std::int64_t id, Interrupt* user, const void* who);
  // Open cursors over changes.
  int streams() const { return streams_.load(std::memory_order_relaxed); }

  // False where there is none of that id and namespace.
  bool kill(std::int64_t id, std::string_view namespace_name);
  std::int64_t kill_if(const std::function<bool(const OpenCursor&)>& passes);
  std::int64_t kill_of_session(const SessionId& session);
  // How long a cursor of no session may be idle.
  std::chrono::milliseconds idle_timeout() const {
    return std::chrono::milliseconds(idle_milliseconds_.load(std::memory_order_relaxed));
  }
  void set_idle_timeout(std::chrono::milliseconds time) { idle_milliseconds_ = time.count(); }
  // Whether one of a session is ended then as well.
  bool expires_in_sessions() const { return expires_in_sessions_.load(std::memory_order_relaxed); }
  void set_expires_in_sessions(bool expires) { expires_in_sessions_ = expires; }
  std::int64_t kill_of_transaction(const TransactionName& name);
  // Ends those idle for too long; gives how many.
  std::int64_t expire(Clock::time_point now);

  struct Counts {
    std::int64_t open = 0;
    std::int64_t no_timeout = 0;
    std::int64_t pinned = 0;
    std::int64_t opened = 0;
    std::int64_t timed_out = 0;
  };
  Counts counts() const;
  // Calls with every cursor that nobody uses just now, under the registry's lock.
  void for_each_idle(const std::function<void(const OpenCursor&)>& visit) const;

 private:
  friend class CursorLease;
  void give_back(const std::shared_ptr<OpenCursor>& cursor, bool keep);

  std::atomic<std::int64_t> idle_milliseconds_{std::int64_t{kCursorIdleTimeoutSeconds} * 1000};
  std::atomic<bool> expires_in_sessions_{false};
  std::atomic<int> streams_{0};
  mutable std::mutex mutex_;
  std::unordered_map<std::int64_t, std::shared_ptr<OpenCursor>> cursors_;  // guarded by mutex_
  std::mt19937_64 random_;
  std::int64_t opened_ = 0;
  std::int64_t timed_out_ = 0;
};

}  // namespace cairn::mongodb
