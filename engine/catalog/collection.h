// Collection: what the engine knows of one collection, and the lease that keeps it from being dropped under a writer.
//
// A CollectionRef is a definition frozen at one moment: DDL publishes a new one. Readers just hold it: keyspaces are never
// reused, so a dropped collection reads as what it was and then as empty; `dropped()` tells. Writers hold a Lease.
// Thread-safety: all of it.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <cairn/bson.h>
#include <cairn/status.h>

#include "engine/catalog/namespace.h"
#include "engine/storage/change.h"
#include "engine/storage/counters.h"
#include "engine/storage/family.h"

namespace cairn {

enum class IndexState : std::uint8_t { kReady, kBuilding };

struct IndexDefinition {
  std::string name;
  Keyspace keyspace = kNoKeyspace;
  Document spec;  // as listIndexes shows it: {v: 2, key: {…}, name: …, …}
  IndexState state = IndexState::kReady;
  std::uint8_t format = 1;  // version of the KS encoding
};

struct CollectionDefinition {
  Keyspace keyspace = kNoKeyspace;
  Uuid uuid{};
  Document options;  // as listCollections shows it
  std::vector<IndexDefinition> indexes;  // `_id_` first; none in clustered collections and views
  OpNumber created_op = 0;
  bool clustered = false;
  bool view = false;
};

// meta 'C' row values.
std::string encode_collection(const CollectionDefinition& definition);
Result<CollectionDefinition> decode_collection(std::string_view key, std::string_view value);

// Counts those inside, and can be closed: what a drop needs and 8 bytes hold.
class Gate {
 public:
  bool enter();        // false: closed
  void leave();
  void close();        // waits until all have left. REQUIRES: one closer at a time
  void open();         // after a DDL that kept the collection or failed
  void wait_open();    // until it is open again or `retire`d
  void retire();       // for ever closed: waiters go and look the name up again

 private:
  static constexpr std::uint32_t kClosed = 1U << 31;
  static constexpr std::uint32_t kRetired = 1U << 30;
  std::atomic<std::uint32_t> state_{0};
};

// Shared by all definitions that one collection has in its life.
struct CollectionState {
  Gate gate;
  std::atomic<bool> dropped{false};
};

// Named CollectionEntry because the public API has cairn::Collection, the handle that users hold.
class CollectionEntry {
 public:
  CollectionEntry(std::string name, std::size_t database_size, CollectionDefinition definition,
             std::shared_ptr<CollectionCounters> counters, std::shared_ptr<CollectionState> state);

  Namespace name() const;                          // views into this object
  const std::string& full_name() const { return name_; }
  Keyspace keyspace() const { return definition_.keyspace; }
  const Uuid& uuid() const { return definition_.uuid; }
  const CollectionDefinition& definition() const { return definition_; }
  const std::vector<IndexDefinition>& indexes() const { return definition_.indexes; }
  // The `_id` index, or nullptr (clustered collections, views).
  const IndexDefinition* id_index() const;
  const IndexDefinition* find_index(std::string_view name) const;
  // REQUIRES: not a view.
  CollectionCounters& counters() const { return *counters_; }
  bool dropped() const { return state_->dropped.load(std::memory_order_acquire); }

 private:
  friend class Catalog;
  friend class Lease;
  std::string name_;
  std::size_t database_size_;
  CollectionDefinition definition_;
  std::shared_ptr<CollectionCounters> counters_;  // shared with the table that loads and forgets them
  std::shared_ptr<CollectionState> state_;        // shared with the definitions before and after this one
};

// Shared: readers, cursors and leases keep a definition while DDL replaces it.
using CollectionRef = std::shared_ptr<const CollectionEntry>;

// The right to write to a collection: DDL on it waits until every lease has ended. Hold it from before the first read that a
// write is based on until the commit returned.
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
  explicit Lease(CollectionRef collection) : collection_(std::move(collection)) {}
  CollectionRef collection_;
};

}  // namespace cairn
