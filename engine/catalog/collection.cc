#include "engine/catalog/collection.h"

#include <algorithm>
#include <optional>
#include <thread>
#include <utility>

#include <cairn/interrupt_scope.h>
#include <cairn/thread_wait.h>

namespace cairn {

bool Gate::enter() {
  if ((state_.fetch_add(1) & kClosed) == 0) return true;
  leave();
  return false;
}

void Gate::leave() {
  const std::uint32_t before = state_.fetch_sub(1);
  if ((before & kClosed) != 0 && (before & kInside) == 1) state_.notify_all();
}

bool Gate::close() { return (state_.fetch_or(kClosed) & kClosed) == 0; }

// Who can be interrupted looks again and again: nobody wakes it for that.
template <typename Ready>
Status Gate::wait(const Ready& ready) {
  constexpr std::chrono::microseconds kShortest(50);
  constexpr std::chrono::microseconds kLongest(10'000);
  auto pause = kShortest;
  std::optional<ThreadWait> waits;
  for (std::uint32_t now = state_.load(); !ready(now); now = state_.load()) {
    if (InterruptScope::current() == nullptr) {
      state_.wait(now);
      continue;
    }
    CAIRN_RETURN_IF_ERROR(InterruptScope::check());
    std::this_thread::sleep_for(pause);
    pause = std::min(pause * 2, kLongest);
    if (pause == kLongest && !waits) waits.emplace();
  }
  return Status();
}

Status Gate::wait_empty() {
  return wait([](std::uint32_t now) { return (now & kInside) == 0; });
}

bool Gate::wait_empty(std::chrono::milliseconds limit) {
  const auto until = std::chrono::steady_clock::now() + limit;
  while ((state_.load() & kInside) != 0) {
    if (std::chrono::steady_clock::now() >= until) return false;
    std::this_thread::sleep_for(std::chrono::microseconds(50));
  }
  return true;
}

void Gate::open() {
  state_.fetch_and(~kClosed);
  state_.notify_all();
}

void Gate::retire() {
  state_.fetch_or(kClosed | kRetired);
  state_.notify_all();
}

Status Gate::wait_open() {
  return wait([](std::uint32_t now) { return (now & kClosed) == 0 || (now & kRetired) != 0; });
}

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
