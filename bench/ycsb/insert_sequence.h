// InsertSequence: numbers the records, and knows how many are surely there while several threads
// insert.
#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <set>

namespace cairn::ycsb {

// Thread-safe.
class InsertSequence {
 public:
  // Records 0 … first - 1 are there.
  explicit InsertSequence(std::uint64_t first) : next_(first), present_(first) {}

  std::uint64_t take() { return next_.fetch_add(1, std::memory_order_relaxed); }
  void inserted(std::uint64_t number) {
    const std::lock_guard lock(mutex_);
    early_.insert(number);
    std::uint64_t present = present_.load(std::memory_order_relaxed);
    while (!early_.empty() && *early_.begin() == present) {
      early_.erase(early_.begin());
      ++present;
    }
    present_.store(present, std::memory_order_release);
  }
  // Records 0 … present() - 1 are there.
  std::uint64_t present() const { return present_.load(std::memory_order_acquire); }

 private:
  std::atomic<std::uint64_t> next_;
  std::atomic<std::uint64_t> present_;
  std::mutex mutex_;
  std::set<std::uint64_t> early_;  // inserted, but not all before them are
};

}  // namespace cairn::ycsb
