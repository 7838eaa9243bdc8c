#include "engine/exec/document_batch.h"

namespace cairn::exec {

Status DocumentBatch::read(const Reader& reader, std::span<const std::string> keys) {
  if (keys.size() == 1) {
    documents_.resize(1);
    place_.assign(1, 0);
    return reader.get(Family::kDoc, keys[0], documents_[0]).status();
  }
  sort(keys);
  documents_.resize(sorted_.size());
  CAIRN_RETURN_IF_ERROR(reader.multi_get(Family::kDoc, sorted_, documents_));
  std::size_t bytes = 0;
  for (const PinnedValue& document : documents_) bytes += document.size();
  const std::size_t of_such = documents_.size() * kBytes / std::max<std::size_t>(bytes, 1);
  most_ = std::clamp<std::size_t>(of_such, 1, kMost);
  ahead_ = std::min(2 * ahead_, most_);
  return Status();
}

void DocumentBatch::sort(std::span<const std::string> keys) {
  order_.resize(keys.size());
  for (std::size_t i = 0; i < keys.size(); ++i) order_[i] = i;
  std::sort(order_.begin(), order_.end(),
            [&](std::size_t a, std::size_t b) { return keys[a] < keys[b]; });
  sorted_.clear();
  place_.resize(keys.size());
  for (const std::size_t i : order_) {
    if (sorted_.empty() || sorted_.back() != keys[i]) sorted_.push_back(keys[i]);
    place_[i] = sorted_.size() - 1;
  }
}

}  // namespace cairn::exec
