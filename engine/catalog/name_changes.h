// NameChanges: when the definitions behind names were last changed, for readers of older snapshots.
//
// In memory, and only the newest ones: what is older than the oldest that is kept counts as
// changed. Thread-safety: all of it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <unordered_map>

namespace cairn {

class NameChanges {
 public:
  // After the commit at `sequence` that changed the name, before others find the change.
  void note(std::uint64_t name_hash, std::uint64_t sequence) {
    const std::lock_guard lock(mutex_);
    if (changes_.size() >= kMost) {
      changes_.clear();
      known_from_ = sequence;
    }
    changes_.insert_or_assign(name_hash, sequence);
  }
  // Whether it was, or may have been, changed after `sequence`.
  bool after(std::uint64_t name_hash, std::uint64_t sequence) const {
    const std::lock_guard lock(mutex_);
    if (sequence < known_from_) return true;
    const auto change = changes_.find(name_hash);
    return change != changes_.end() && change->second > sequence;
  }

 private:
  static constexpr std::size_t kMost = 1 << 16;

  mutable std::mutex mutex_;
  std::unordered_map<std::uint64_t, std::uint64_t> changes_;
  std::uint64_t known_from_ = 0;
};

}  // namespace cairn
