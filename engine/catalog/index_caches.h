// IndexCaches: what is kept in memory of indexes, so that the engine's threads can tend it. It
// lives with its index (SharedIndexState). Thread-safety: all of it.
#pragma once

#include "engine/catalog/index_entry.h"

#include <algorithm>
#include <memory>
#include <mutex>
#include <vector>

namespace cairn {

class IndexCaches {
 public:
  void add(const std::shared_ptr<IndexCache>& cache) {
    const std::lock_guard lock(mutex_);
    std::erase_if(caches_, [](const auto& one) { return one.expired(); });
    caches_.push_back(cache);
  }

  std::vector<std::shared_ptr<IndexCache>> all() const {
    const std::lock_guard lock(mutex_);
    std::vector<std::shared_ptr<IndexCache>> living;
    for (const std::weak_ptr<IndexCache>& one : caches_) {
      if (std::shared_ptr<IndexCache> cache = one.lock()) living.push_back(std::move(cache));
    }
    return living;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<std::weak_ptr<IndexCache>> caches_;
};

}  // namespace cairn
