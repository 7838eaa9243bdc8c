// The connections that are open. Thread-safe.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <vector>

namespace cairn::net {

class Connection;

class ConnectionRegistry {
 public:
  void add(std::int64_t id, std::shared_ptr<Connection> connection) {
    const std::lock_guard lock(mutex_);
    open_.emplace(id, std::move(connection));
  }
  void remove(std::int64_t id) {
    std::shared_ptr<Connection> last;  // destroyed outside the lock
    const std::lock_guard lock(mutex_);
    const auto found = open_.find(id);
    if (found == open_.end()) return;
    last = std::move(found->second);
    open_.erase(found);
  }
  std::int64_t count() const {
    const std::lock_guard lock(mutex_);
    return static_cast<std::int64_t>(open_.size());
  }
  std::vector<std::shared_ptr<Connection>> all() const {
    const std::lock_guard lock(mutex_);
    std::vector<std::shared_ptr<Connection>> copy;
    copy.reserve(open_.size());
    for (const auto& [id, connection] : open_) copy.push_back(connection);
    return copy;
  }

 private:
  mutable std::mutex mutex_;
  std::unordered_map<std::int64_t, std::shared_ptr<Connection>> open_;
};

}  // namespace cairn::net
