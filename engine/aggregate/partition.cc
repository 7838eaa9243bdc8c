#include "engine/aggregate/partition.h"

#include <algorithm>

namespace cairn::aggregate {

Status Partition::add(DocumentView document, std::string_view beside) {
  const std::size_t size = document.bytes().size() + beside.size();
  if (blocks_.empty() || blocks_.back().bytes.size() + size > kBlockBytes || blocks_.back().run) {
    CAIRN_RETURN_IF_ERROR(make_room());
    blocks_.emplace_back().first = size_;
    blocks_.back().bytes.reserve(std::min(kBlockBytes, std::max(size, bytes_ + 4096)));
  }
  Block& block = blocks_.back();
  block.starts.push_back(static_cast<std::uint32_t>(block.bytes.size()));
  block.bytes.append(document.bytes()).append(beside);
  block.used = ++clock_;
  bytes_ += size;
  ++size_;
  return Status();
}

// Keeps the first block's memory: most partitions are small, and there are many.
void Partition::clear() {
  if (!blocks_.empty()) {
    Block& kept = blocks_.front();
    kept.starts.clear();
    kept.bytes.clear();
    kept.run.reset();
    blocks_.erase(blocks_.begin() + 1, blocks_.end());
  }
  size_ = bytes_ = last_block_ = 0;
  file_.reset();
}

// Lets go of the blocks that were not used for the longest time.
Status Partition::make_room() {
  while (bytes_ > kMaxStageMemoryBytes) {
    Block* oldest = nullptr;
    for (Block& block : blocks_) {
      if (!block.bytes.empty() && (oldest == nullptr || block.used < oldest->used)) oldest = &block;
    }
    if (!oldest->run) {
      if (spill_ == nullptr) {
        return {ErrorCode::kQueryExceededMemoryLimitNoDiskUseAllowed,
                "Exceeded memory limit in DocumentSourceSetWindowFields, but didn't allow external "
                "spilling. Pass allowDiskUse:true to opt in."};
      }
      if (!file_) {
        CAIRN_ASSIGN_OR_RETURN(file_, spill_->create());
      }
      CAIRN_RETURN_IF_ERROR(file_->append({oldest->bytes}));
      CAIRN_ASSIGN_OR_RETURN(oldest->run, file_->finish_run());
      ++held_.spills;
      held_.spilled_records += static_cast<std::int64_t>(oldest->starts.size());
      held_.spilled_bytes += static_cast<std::int64_t>(oldest->bytes.size());
      held_.storage_bytes += static_cast<std::int64_t>(oldest->run->bytes);
    }
    bytes_ -= oldest->bytes.size();
    oldest->bytes = std::string();
  }
  return Status();
}

Status Partition::load(Block& block) {
  CAIRN_RETURN_IF_ERROR(make_room());
  SpillReader reader(*file_, *block.run);
  CAIRN_ASSIGN_OR_RETURN(const bool read, reader.next());
  if (!read) return {ErrorCode::kInternalError, "spilled data is missing"};
  block.bytes = reader.record();
  bytes_ += block.bytes.size();
  return Status();
}

Result<Partition::Block*> Partition::block_of(std::size_t i) {
  const auto holds = [&](std::size_t at) {
    return at < blocks_.size() && blocks_[at].first <= i &&
           i - blocks_[at].first < blocks_[at].starts.size();
  };
  std::size_t at = last_block_;
  if (!holds(at) && !holds(++at)) {
    const auto after = std::upper_bound(
        blocks_.begin(), blocks_.end(), i,
        [](std::size_t number, const Block& block) { return number < block.first; });
    at = static_cast<std::size_t>(after - blocks_.begin()) - 1;
  }
  last_block_ = at;
  Block& block = blocks_[at];
  block.used = ++clock_;
  if (block.bytes.empty()) CAIRN_RETURN_IF_ERROR(load(block));
  return &block;
}

Result<DocumentView> Partition::document(std::size_t i) {
  CAIRN_ASSIGN_OR_RETURN(const Block* block, block_of(i));
  const std::size_t at = i - block->first;
  const std::size_t begin = block->starts[at];
  const std::size_t end =
      at + 1 < block->starts.size() ? block->starts[at + 1] : block->bytes.size();
  return packed_.read(std::string_view(block->bytes).substr(begin, end - begin));
}

Result<ValueView> Partition::order(std::size_t i) {
  CAIRN_ASSIGN_OR_RETURN(const DocumentView found, document(i));
  scratch_.clear();
  return evaluate_path(found, *order_, scratch_);
}

}  // namespace cairn::aggregate
