#include "engine/storage/write_unit.h"

#include "engine/storage/keys.h"

namespace cairn {

WriteUnit::WriteUnit()
    : arena_(inline_.data(), inline_.size()),
      writes_(&arena_),
      changes_(&arena_),
      counts_(&arena_) {
  // Room for a document with a few index entries, so that such units never leave the object.
  writes_.reserve(6);
  changes_.reserve(1);
  counts_.reserve(1);
}

WriteUnit::~WriteUnit() = default;

std::string_view WriteUnit::keep(std::string_view bytes, Bytes how) {
  if (how == Bytes::kBorrow || bytes.empty()) return bytes;
  auto* copy = static_cast<char*>(arena_.allocate(bytes.size(), 1));
  bytes.copy(copy, bytes.size());
  return {copy, bytes.size()};
}

void WriteUnit::add(const Write& write) {
  if (indexed_) {
    by_key_.insert_or_assign(key_hash(write.family, write.key),
                             static_cast<std::uint32_t>(writes_.size()));
  }
  writes_.push_back(write);
  bytes_ += write.key.size() + write.value.size();
}

void WriteUnit::put(Family family, std::string_view key, std::string_view value, Bytes bytes) {
  add({Write::Kind::kPut, family, keep(key, Bytes::kCopy), keep(value, bytes)});
}

void WriteUnit::remove(Family family, std::string_view key) {
  add({Write::Kind::kRemove, family, keep(key, Bytes::kCopy), {}});
}

void WriteUnit::put_numbered(Family family, std::string_view before, std::string_view behind) {
  writes_.push_back(
      {Write::Kind::kPutNumbered, family, keep(before, Bytes::kCopy), keep(behind, Bytes::kCopy)});
  bytes_ += before.size() + sizeof(OpNumber) + behind.size();
}

void WriteUnit::remove_range(Family family, std::string_view lower, std::string_view upper) {
  writes_.push_back(
      {Write::Kind::kRemoveRange, family, keep(lower, Bytes::kCopy), keep(upper, Bytes::kCopy)});
  bytes_ += lower.size() + upper.size();
}

void WriteUnit::change(const Change& change, Bytes document) {
  Change kept = change;
  kept.name = keep(change.name, Bytes::kCopy);
  kept.document_key = keep(change.document_key, Bytes::kCopy);
  kept.update = keep(change.update, Bytes::kCopy);
  kept.document = keep(change.document, document);
  changes_.push_back(kept);
  bytes_ += kept.name.size() + kept.document_key.size() + kept.update.size() + kept.document.size();
}

void WriteUnit::count(CollectionCounters& counters, CountDelta delta) {
  if (!counts_.empty() && counts_.back().counters == &counters) {
    CountDelta& sum = counts_.back().delta;
    sum.documents += delta.documents;
    sum.bytes += delta.bytes;
    sum.highest_record_id = std::max(sum.highest_record_id, delta.highest_record_id);
    return;
  }
  counts_.push_back({&counters, delta});
}

std::optional<WriteUnit::Found> WriteUnit::find(Family family, std::string_view key) {
  if (!indexed_) {
    indexed_ = true;
    for (std::uint32_t i = 0; i < writes_.size(); ++i) {
      by_key_.insert_or_assign(key_hash(writes_[i].family, writes_[i].key), i);
    }
  }
  const auto at = by_key_.find(key_hash(family, key));
  if (at == by_key_.end()) return std::nullopt;
  const Write& write = writes_[at->second];
  return Found{write.kind == Write::Kind::kRemove, write.value};
}

void WriteUnit::clear() {
  // The vectors' memory is the arena's: they must let go of it first.
  std::destroy_at(&writes_);
  std::destroy_at(&changes_);
  std::destroy_at(&counts_);
  arena_.release();
  std::construct_at(&writes_, &arena_);
  std::construct_at(&changes_, &arena_);
  std::construct_at(&counts_, &arena_);
  writes_.reserve(6);
  changes_.reserve(1);
  counts_.reserve(1);
  by_key_.clear();
  indexed_ = false;
  bytes_ = 0;
}

}  // namespace cairn
