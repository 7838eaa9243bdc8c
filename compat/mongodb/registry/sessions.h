// The logical sessions that clients have open: who they are and when they were last used.
// A session begins with its first use and ends by `endSessions`, by killing, or after 30 idle
// minutes. Thread-safety: all methods may be called from many threads.
#pragma once

#include <cairn/operation.h>
#include <cairn/status.h>

#include <array>
#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <unordered_map>
#include <vector>

namespace cairn::mongodb {

struct SessionIdHash {
  std::size_t operator()(const SessionId& id) const;
};

class Sessions {
 public:
  using Clock = std::chrono::steady_clock;

  struct Session {
    explicit Session(const SessionId& id_) : id(id_) {}
    const SessionId id;
    std::atomic<Clock::rep> last_use{0};
    std::atomic<bool> ended{false};
  };
  // Shared between the registry and the connections, which keep their last one to save the search.
  using SessionPtr = std::shared_ptr<Session>;

  // Notes a use; begins the session if it is new. Error: TooManyLogicalSessions.
  Result<SessionPtr> touch(const SessionId& id, Clock::time_point now);
  // False where there was none.
  bool end(const SessionId& id);
  // Ends those that pass, and gives their ids.
  std::vector<SessionId> end_if(const std::function<bool(const Session&)>& passes);
  // Ends those idle for longer than the timeout.
  std::vector<SessionId> expire(Clock::time_point now);
  // Calls with every session, under the lock of its shard.
  void for_each(const std::function<void(const Session&)>& visit);
  std::int64_t count() const { return count_.load(std::memory_order_relaxed); }

 private:
  struct Shard {
    std::mutex mutex;
    std::unordered_map<SessionId, SessionPtr, SessionIdHash> sessions;  // guarded by mutex
  };
  static constexpr std::size_t kShards = 16;

  Shard& shard(const SessionId& id) { return shards_[SessionIdHash()(id) % kShards]; }

  std::array<Shard, kShards> shards_;
  std::atomic<std::int64_t> count_{0};
};

}  // namespace cairn::mongodb
