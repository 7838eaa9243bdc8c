// Write intents: who may write a key now. First writer wins.
//
// A writer locks the hashes of the keys it will write (documents, and unique index keys like
// documents) before it reads what it will base the write on, and keeps them until its commit is
// applied. Plain writers wait for each other; transactional writers fail at once with
// WriteConflict, and also when the key was committed after their snapshot. A collision of hashes is
// a needless wait or conflict, nothing worse. Deadlock: one `lock` takes its keys in one global
// order. To lock more while holding some, `extend` with kFail, and on WriteConflict give everything
// up and start again. Thread-safety: IntentTable from any thread; an Intents belongs to one thread
// at a time.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <vector>

#include <cairn/status.h>

namespace cairn {

class IntentTable;

enum class OnConflict : std::uint8_t { kWait, kFail };

// "Never": waits without a limit.
inline constexpr auto kNoDeadline = std::chrono::steady_clock::time_point::max();

struct LockOptions {
  OnConflict on_conflict = OnConflict::kWait;
  std::chrono::steady_clock::time_point deadline = kNoDeadline;  // Error past it: MaxTimeMSExpired
  // A transaction's Snapshot::sequence(): a key committed after it is a WriteConflict. Max: not a
  // transaction.
  std::uint64_t snapshot = UINT64_MAX;
};

// Locked hashes; unlocked when it ends.
class Intents {
 public:
  Intents() = default;
  Intents(Intents&& other) noexcept;
  Intents& operator=(Intents&& other) noexcept;
  ~Intents() { release(); }

  // Locks more; what is held already is skipped. On error what was held stays held.
  Status extend(std::span<const std::uint64_t> hashes, const LockOptions& options);
  void release();
  std::span<const std::uint64_t> hashes() const { return held_; }

 private:
  friend class IntentTable;
  friend class CommitPipeline;
  // Tells open transactions that these keys were committed at `sequence`.
  void committed(std::uint64_t sequence);

  IntentTable* table_ = nullptr;
  std::uint64_t owner_ = 0;
  std::vector<std::uint64_t> held_;
};

// While one lives, commits are remembered so that a transaction with an older snapshot sees its
// conflicts. Take it before the transaction's Snapshot, and tell it the snapshot's sequence.
class ConflictWatch {
 public:
  ConflictWatch() = default;
  explicit ConflictWatch(IntentTable& table);
  ConflictWatch(ConflictWatch&& other) noexcept;
  ConflictWatch& operator=(ConflictWatch&& other) noexcept;
  ~ConflictWatch();
  void started_at(std::uint64_t sequence);

 private:
  IntentTable* table_ = nullptr;
  std::uint64_t id_ = 0;
};

class IntentTable {
 public:
  IntentTable();
  ~IntentTable();

  // Error: WriteConflict, MaxTimeMSExpired, or that of the thread's InterruptScope.
  Result<Intents> lock(std::span<const std::uint64_t> hashes, const LockOptions& options = {});

  // Commits remembered for open transactions; 0 when none is open.
  std::size_t remembered_commits() const;

 private:
  friend class Intents;
  friend class ConflictWatch;
  struct Stripe;
  static constexpr std::size_t kStripes = 1024;
  // Remembered commits beyond which a closing transaction looks for those nobody needs.
  static constexpr std::uint64_t kSweepAt = 4096;

  Stripe& stripe_of(std::uint64_t hash);
  // Whether it is newly held: false where `owner` has it already.
  Result<bool> acquire(std::uint64_t hash, std::uint64_t owner, const LockOptions& options);
  void release(std::uint64_t hash, std::uint64_t owner);
  void remember(std::uint64_t hash, std::uint64_t sequence);
  void forget_before(std::uint64_t sequence);
  void unwatch(std::uint64_t id);

  std::unique_ptr<Stripe[]> stripes_;
  std::atomic<std::uint64_t> next_owner_{1};
  std::atomic<std::uint32_t> watchers_{0};
  std::mutex watch_mutex_;
  std::uint64_t next_watch_ = 1;
  std::map<std::uint64_t, std::uint64_t> watches_;  // id -> snapshot sequence (0: not told yet)
  std::uint64_t sweep_at_ = kSweepAt;
  // Rises when the last transaction closes: what stripes remember of older generations is void.
  std::atomic<std::uint64_t> generation_{0};
  std::atomic<std::uint64_t> remembered_{0};
};

}  // namespace cairn
