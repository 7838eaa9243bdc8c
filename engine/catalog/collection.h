// Collection: what the engine knows of one collection, and the lease that keeps it from being
// dropped under a writer.
//
// A CollectionRef is a definition frozen at one moment: DDL publishes a new one. Readers just hold
// it: keyspaces are never reused, so a dropped collection reads as what it was and then as empty;
// `dropped()` tells. Writers hold a Lease. Thread-safety: all of it.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <cairn/bson.h>
#include <cairn/status.h>

#include "engine/bson/collation.h"
#include "engine/catalog/index_entry.h"
#include "engine/catalog/index_filters.h"
#include "engine/catalog/insert_signal.h"
#include "engine/catalog/latency.h"
#include "engine/catalog/namespace.h"
#include "engine/catalog/plan_memory.h"
#include "engine/catalog/rules.h"
#include "engine/catalog/transaction_uses.h"
#include "engine/storage/change.h"
#include "engine/storage/counters.h"
#include "engine/storage/family.h"
#include "engine/storage/gate.h"

namespace cairn {

struct CollectionDefinition {
  Keyspace keyspace = kNoKeyspace;
  Uuid uuid{};
  Document options;  // as listCollections shows it
  // `_id_` first; clustered and time-series collections have none of that name, views none at all.
  std::vector<IndexDefinition> indexes;
  // Their specifications are {id, name, type, version, createdAt, definition}.
  std::vector<IndexDefinition> search_indexes = {};
  OpNumber created_op = 0;
  bool clustered = false;
  bool view = false;
};

// meta 'C' row values.
std::string encode_collection(const CollectionDefinition& definition);
Result<CollectionDefinition> decode_collection(std::string_view key, std::string_view value);

class CollectionEntry;

// Shared by all definitions that one collection has in its life.
struct CollectionState {
  Gate gate;
  TransactionUses transaction_uses;
  InsertSignal inserted;
  IndexFilters index_filters;
  Latency latency;
  // Of a capped collection: a record's key below which there is no record; empty: not known.
  // Guarded by the intent by which inserts take turns (engine/write/capped.h).
  std::string oldest_record;
  // The newest definition; nullptr: dropped. Only compared: it may be gone.
  std::atomic<const CollectionEntry*> current{nullptr};
};

// Named CollectionEntry because the public API has cairn::Collection, the handle that users hold.
// `before`: the definition that this one replaces, whose indexes hand on what they share.
class CollectionEntry {
 public:
  CollectionEntry(std::string name, std::size_t database_size, CollectionDefinition definition,
                  std::shared_ptr<CollectionCounters> counters,
                  std::shared_ptr<CollectionState> state, const CollectionEntry* before = nullptr);
  CollectionEntry(const CollectionEntry&) = delete;
  CollectionEntry& operator=(const CollectionEntry&) = delete;

  Namespace name() const;  // views into this object
  const std::string& full_name() const { return name_; }
  Keyspace keyspace() const { return definition_.keyspace; }
  const Uuid& uuid() const { return definition_.uuid; }
  const CollectionDefinition& definition() const { return definition_; }
  const CollectionRules& rules() const { return rules_; }
  InsertSignal& inserted() const { return state_->inserted; }
  const std::vector<IndexDefinition>& indexes() const { return definition_.indexes; }
  // The `_id` index, or nullptr (clustered and time-series collections, views).
  const IndexDefinition* id_index() const;
  // Whether an `_id` names one document at the most, and leads to it: in all but time-series
  // collections (of those, in the ones that earlier versions made).
  bool finds_by_id() const { return definition_.clustered || id_index() != nullptr; }
  const IndexDefinition* find_index(std::string_view name) const;
  // The same indexes as the engine works with them, in the same order, those being built included.
  std::span<const IndexEntry> index_entries() const {
    return std::span(index_entries_).first(definition_.indexes.size());
  }
  const IndexEntry* find_index_entry(std::string_view name) const;
  // All of them but the `_id` index.
  std::span<const IndexEntry> secondary_indexes() const {
    return index_entries().subspan(id_index() == nullptr ? 0 : 1);
  }
  // Those that `$vectorSearch` asks; no plan uses them, and no listing of indexes has them.
  std::span<const IndexEntry> search_index_entries() const {
    return std::span(index_entries_).subspan(definition_.indexes.size());
  }
  const IndexEntry* find_search_index_entry(std::string_view name) const;
  // All but the `_id` index, search indexes too: what a write has to maintain besides.
  std::span<const IndexEntry> maintained_indexes() const {
    return std::span(index_entries_).subspan(id_index() == nullptr ? 0 : 1);
  }
  // And with the `_id` index.
  std::span<const IndexEntry> all_index_entries() const { return index_entries_; }
  // What strings are compared by where an operation does not say; null: bytes.
  const CollationPtr& collation() const { return collation_; }
  // REQUIRES: not a view.
  CollectionCounters& counters() const { return *counters_; }
  // What plans of queries are remembered by; not part of the definition.
  PlanMemory& plan_memory() const { return *plan_memory_; }
  IndexFilters& index_filters() const { return state_->index_filters; }
  // How long its clients have waited.
  Latency& latency() const { return state_->latency; }
  // REQUIRES: what CollectionState says of it.
  std::string& oldest_record() const { return state_->oldest_record; }
  bool dropped() const { return state_->current.load() == nullptr; }

 private:
  friend class Catalog;
  friend class CatalogMap;
  friend class Lease;
  std::string name_;
  std::size_t database_size_;
  CollectionDefinition definition_;
  CollationPtr collation_;
  CollectionRules rules_;                  // of definition_.options
  std::vector<IndexEntry> index_entries_;  // of definition_.indexes, then of its search indexes
  std::unique_ptr<PlanMemory> plan_memory_ = std::make_unique<PlanMemory>();
  std::shared_ptr<CollectionCounters>
      counters_;                            // shared with the table that loads and forgets them
  std::shared_ptr<CollectionState> state_;  // shared with the definitions before and after this one
};

// Shared: readers, cursors and leases keep a definition while DDL replaces it.
using CollectionRef = std::shared_ptr<const CollectionEntry>;

// The right to write to a collection: DDL on it waits until every lease has ended. Hold it from
// before the first read that a write is based on until the commit returned. Whoever holds one must
// not ask for another on the same collection: a DDL that waits between the two would wait for ever
// (a transaction keeps the leases of its statements).
class Lease {
 public:
  Lease() = default;
  Lease(Lease&& other) noexcept = default;
  Lease& operator=(Lease&& other) noexcept;
  ~Lease() { release(); }
  void release();
  const CollectionEntry& operator*() const { return *collection_; }
  const CollectionEntry* operator->() const { return collection_.get(); }
  const CollectionRef& ref() const { return collection_; }
  explicit operator bool() const { return collection_ != nullptr; }

 private:
  friend class Catalog;
  // REQUIRES: the caller has entered the collection's gate.
  explicit Lease(CollectionRef collection) : collection_(std::move(collection)) {}
  CollectionRef collection_;
};

}  // namespace cairn
