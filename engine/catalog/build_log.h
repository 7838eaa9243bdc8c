// BuildLog: which documents were written while an index is built.
//
// Writers note every document that they write, before they commit, instead of writing entries; the
// builder shuts writers out for a moment, takes the list, and brings the index up to date
// (engine/records/index_build.h). In memory only: a build does not survive a restart.
// Thread-safety: all of it.
#pragma once

#include <algorithm>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cairn {

class BuildLog {
 public:
  // `record_key`: the document's key in `doc`.
  void note(std::string_view record_key) {
    const std::lock_guard lock(mutex_);
    records_.emplace_back(record_key);
    if (records_.size() >= sort_at_) compact();
  }
  // Distinct, ascending.
  std::vector<std::string> take() {
    const std::lock_guard lock(mutex_);
    compact();
    sort_at_ = kSortAt;
    return std::exchange(records_, {});
  }

 private:
  static constexpr std::size_t kSortAt = 1 << 16;
  void compact() {
    std::sort(records_.begin(), records_.end());
    records_.erase(std::unique(records_.begin(), records_.end()), records_.end());
    sort_at_ = std::max(kSortAt, 2 * records_.size());
  }

  std::mutex mutex_;
  std::vector<std::string> records_;
  std::size_t sort_at_ = kSortAt;
};

}  // namespace cairn
