// DeadKeys: stretches of removed rows that reads walk over again and again, and the thread that has
// them cleared away.
//
// A row that is removed stays until its memtable and files are rewritten, and a seek walks over
// every such row before the first live one: taking the oldest of a queue again and again was
// quadratic. RocksDB compacts files with many removals by itself, but never a memtable, and not
// where the removed rows lie thin in large files. So a seek that met many tells where, and the
// thread rewrites that range. What a snapshot still sees stays; clearing then does not help, and is
// tried less and less often. Thread-safety: `note` from any thread, the rest from the owner's.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <cairn/status.h>

#include "engine/storage/family.h"

namespace rocksdb {
class ColumnFamilyHandle;
class DB;
}  // namespace rocksdb

namespace cairn {

class DeadKeys {
 public:
  // A seek that walks over more removed rows than this tells of it: that many take a fifth of a
  // millisecond, which is about what an operation takes that takes the first of a queue.
  static constexpr std::uint64_t kMany = 1000;

  DeadKeys() = default;
  DeadKeys(const DeadKeys&) = delete;
  DeadKeys& operator=(const DeadKeys&) = delete;
  ~DeadKeys() { stop(); }

  // Begins to clear what is noted. REQUIRES: the database is open until `stop`.
  void start(rocksdb::DB& db, const std::array<rocksdb::ColumnFamilyHandle*, kFamilies>& families);
  // Ends the thread, and what it is doing.
  void stop();

  // A seek in [from, to) met `count` removed rows.
  void note(Family family, std::string_view from, std::string_view to, std::uint64_t count);
  // How many seeks were noted, and how often a range was cleared, since the start.
  std::uint64_t noted() const { return noted_.load(std::memory_order_relaxed); }
  std::uint64_t cleared() const { return cleared_.load(std::memory_order_relaxed); }

 private:
  using Clock = std::chrono::steady_clock;
  static constexpr std::chrono::milliseconds kPause{300};
  static constexpr std::chrono::milliseconds kLongestPause{60'000};
  // The pause before the next is as many times as long as a clearing took: so it takes a fifth of a
  // processor and of the disk at the most.
  static constexpr int kPauseShare = 4;

  struct Stretch {
    std::string from;
    std::string to;
    std::uint64_t count = 0;
  };
  struct OfFamily {
    std::vector<Stretch> stretches;
    Clock::time_point not_before{};
    Clock::duration pause = kPause;
  };

  void run();
  // The family whose turn it is now, or kFamilies; `until`: when to look again.
  int next(Clock::time_point now, Clock::time_point& until) const;
  void clear(int family, std::vector<Stretch> stretches);
  // Gives whether it helped.
  bool clear(rocksdb::ColumnFamilyHandle* family, const Stretch& stretch);

  rocksdb::DB* db_ = nullptr;
  std::array<rocksdb::ColumnFamilyHandle*, kFamilies> handles_{};
  std::mutex mutex_;
  std::condition_variable wake_;
  std::array<OfFamily, kFamilies> families_;  // guarded by mutex_
  std::atomic<bool> stopping_{false};
  std::atomic<std::uint64_t> noted_{0};
  std::atomic<std::uint64_t> cleared_{0};
  std::thread thread_;
};

}  // namespace cairn
