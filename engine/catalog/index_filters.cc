#include "engine/catalog/index_filters.h"

#include <algorithm>

namespace cairn {

bool IndexFilter::allows(DocumentView pattern, std::string_view name) const {
  if (std::find(names.begin(), names.end(), name) != names.end()) return true;
  return std::any_of(patterns.begin(), patterns.end(), [&](const Document& one) {
    return compare(one.view().as_value(), pattern.as_value()) == 0;
  });
}

IndexFilterPtr IndexFilters::find(const std::string& shape) const {
  const std::lock_guard lock(mutex_);
  const auto found = filters_.find(shape);
  return found == filters_.end() ? nullptr : found->second;
}

void IndexFilters::set(const std::string& shape, IndexFilter filter) {
  const std::lock_guard lock(mutex_);
  filters_[shape] = std::make_shared<const IndexFilter>(std::move(filter));
  count_ = filters_.size();
}

void IndexFilters::clear(const std::string& shape) {
  const std::lock_guard lock(mutex_);
  filters_.erase(shape);
  count_ = filters_.size();
}

void IndexFilters::clear() {
  const std::lock_guard lock(mutex_);
  filters_.clear();
  count_ = 0;
}

std::vector<IndexFilterPtr> IndexFilters::all() const {
  const std::lock_guard lock(mutex_);
  std::vector<IndexFilterPtr> all;
  for (const auto& [shape, filter] : filters_) all.push_back(filter);
  return all;
}

}  // namespace cairn
