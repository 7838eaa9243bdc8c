// Durability: when commits reach stable storage.
//
// A commit is in the operating system when it returns (kBuffered: survives `kill -9`) and on the
// disk within `sync_interval_ms`. Whoever needs it there first (kSynced: j: true, w: "majority")
// waits or leaves a callback; one fsync serves all. The syncer thread sleeps while nothing is
// unsynced. After an fsync it notes the op number in the WATERMARK file, at most ten times a
// second; opening a store that has lost an op up to it fails loudly. Thread-safety: from any
// thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>

#include <cairn/operation.h>  // Durability
#include <cairn/status.h>

#include "engine/storage/family.h"
#include "engine/storage/intents.h"

namespace cairn {

class CommitLog;

class Syncer {
 public:
  using Callback = std::move_only_function<void(const Status&)>;
  struct Options {
    std::uint32_t interval_ms = 100;
    OpNumber durable_op = 0;                          // at start
    std::function<Status(OpNumber)> write_watermark;  // nullptr: none (in memory)
    std::function<void(const Status&)> on_error;      // an fsync failed
  };

  Syncer(CommitLog& log, Options options);
  Syncer(const Syncer&) = delete;
  Syncer& operator=(const Syncer&) = delete;
  // Syncs what is left, tells every waiter, joins the thread.
  ~Syncer();

  // Commits up to `op` are in the operating system. Quick; called by the commit leader.
  void committed(OpNumber op);

  OpNumber durable_op() const;
  // Blocks until `op` is durable. Error: the fsync's, MaxTimeMSExpired, ShutdownInProgress.
  Status wait_durable(OpNumber op, std::chrono::steady_clock::time_point deadline = kNoDeadline);
  // Calls `callback` once: at once if `op` is durable already, else on the syncer's thread (so: be
  // quick, post elsewhere).
  void on_durable(OpNumber op, Callback callback);
  std::uint64_t syncs() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace cairn
