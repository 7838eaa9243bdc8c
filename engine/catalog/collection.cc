#include "engine/catalog/collection.h"

#include <algorithm>
#include <utility>

namespace cairn {

namespace {

// Checked when the collection was made, so that an error here means: none.
CollationPtr default_collation(DocumentView options) {
  const ValueView specification = options["collation"];
  if (!specification.is_document()) return nullptr;
  auto collation = parse_collation(specification.as_document());
  return collation.ok() ? std::move(*collation) : nullptr;
}

std::shared_ptr<SharedIndexState> shared_index_state(const CollectionEntry* before,
                                                     const IndexDefinition& index) {
  if (before != nullptr) {
    for (const IndexEntry& entry : before->all_index_entries()) {
      if (entry.keyspace() == index.keyspace) return entry.shared_state();
    }
  }
  return std::make_shared<SharedIndexState>();
}

const IndexEntry* find_entry(std::span<const IndexEntry> indexes, std::string_view name) {
  for (const IndexEntry& index : indexes) {
    if (index.name() == name) return &index;
  }
  return nullptr;
}

}  // namespace

CollectionEntry::CollectionEntry(std::string name, std::size_t database_size,
                                 CollectionDefinition definition,
                                 std::shared_ptr<CollectionCounters> counters,
                                 std::shared_ptr<CollectionState> state,
                                 const CollectionEntry* before)
    : name_(std::move(name)),
      database_size_(database_size),
      definition_(std::move(definition)),
      collation_(default_collation(definition_.options)),
      rules_(CollectionRules::of(definition_.options, collation_)),
      counters_(std::move(counters)),
      state_(std::move(state)) {
  index_entries_.reserve(definition_.indexes.size() + definition_.search_indexes.size());
  for (const IndexDefinition& index : definition_.indexes) {
    IndexEntry& entry = index_entries_.emplace_back(index, shared_index_state(before, index));
    if (entry.is_id()) entry.collation_ = collation_;
  }
  for (const IndexDefinition& index : definition_.search_indexes) {
    index_entries_.emplace_back(index, shared_index_state(before, index));
  }
}

Namespace CollectionEntry::name() const {
  const std::string_view all = name_;
  return {all.substr(0, database_size_), all.substr(database_size_ + 1)};
}

const IndexDefinition* CollectionEntry::id_index() const {
  const bool first = !definition_.indexes.empty() && definition_.indexes.front().name == "_id_";
  return first && !definition_.clustered ? &definition_.indexes.front() : nullptr;
}

const IndexDefinition* CollectionEntry::find_index(std::string_view name) const {
  for (const IndexDefinition& index : definition_.indexes) {
    if (index.name == name) return &index;
  }
  return nullptr;
}

const IndexEntry* CollectionEntry::find_index_entry(std::string_view name) const {
  return find_entry(index_entries(), name);
}

const IndexEntry* CollectionEntry::find_search_index_entry(std::string_view name) const {
  return find_entry(search_index_entries(), name);
}

Lease& Lease::operator=(Lease&& other) noexcept {
  if (this == &other) return *this;
  release();
  collection_ = std::exchange(other.collection_, nullptr);
  return *this;
}

void Lease::release() {
  if (collection_ == nullptr) return;
  collection_->state_->gate.leave();
  collection_.reset();
}

}  // namespace cairn
