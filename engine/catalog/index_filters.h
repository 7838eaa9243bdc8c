// IndexFilters: which indexes queries of one shape may use, as an operator has ordered. Of one
// collection for its life; in memory only, as in MongoDB.
// Source: MongoDB's manual, "Index Filters". Thread-safety: all of it.
#pragma once

#include <cairn/bson.h>

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace cairn {

// Indexes by key pattern or by name; what there is no index of allows nothing.
struct IndexFilter {
  Document query;
  Document sort;
  Document projection;
  Document collation;  // empty: none
  std::vector<Document> patterns;
  std::vector<std::string> names;

  bool allows(DocumentView pattern, std::string_view name) const;
};

// Shared: a query keeps the filter that it was planned with.
using IndexFilterPtr = std::shared_ptr<const IndexFilter>;

class IndexFilters {
 public:
  // Whether there is none; so that most queries need no shape.
  bool empty() const { return count_.load(std::memory_order_relaxed) == 0; }
  // null: queries of this shape may use every index.
  IndexFilterPtr find(const std::string& shape) const;
  // Instead of what there was for the shape.
  void set(const std::string& shape, IndexFilter filter);
  void clear(const std::string& shape);
  void clear();
  // In no order.
  std::vector<IndexFilterPtr> all() const;

 private:
  mutable std::mutex mutex_;
  std::unordered_map<std::string, IndexFilterPtr> filters_;  // by shape
  std::atomic<std::size_t> count_{0};
};

}  // namespace cairn
