// What the sources of Catalog share: its parts, the gates that a DDL has closed, and what goes into
// its unit. Internal to engine/catalog.
#pragma once

#include "engine/catalog/catalog.h"
#include "engine/catalog/catalog_map.h"
#include "engine/catalog/name_changes.h"

#include <atomic>
#include <functional>
#include <mutex>
#include <string_view>
#include <utility>
#include <vector>

namespace cairn {

namespace catalog_detail {

Status not_found(const Namespace& name);
// One oplog row of kind 'c'.
void add_command(WriteUnit& unit, std::string_view database, const CollectionEntry* collection,
                 DocumentView command);
void put_definition(WriteUnit& unit, const CollectionEntry& collection);
void remove_multikey(WriteUnit& unit, const IndexEntry& index);
// Keyspaces of a definition, ascending.
std::vector<Keyspace> keyspaces_of(const CollectionDefinition& definition);

// Calls `each(first, count)` for every run of adjacent keyspaces.
template <typename Each>
void for_each_run(const std::vector<Keyspace>& sorted, Each each) {
  for (std::size_t i = 0; i < sorted.size();) {
    std::size_t end = i + 1;
    while (end < sorted.size() && sorted[end] == sorted[end - 1] + 1) ++end;
    each(sorted[i], static_cast<std::uint32_t>(end - i));
    i = end;
  }
}

}  // namespace catalog_detail

// Gates that this DDL has closed; those still in it when it ends are opened again. Transactions are
// kept out of its collections for as long as it lives.
class Catalog::Closed {
 public:
  Closed() = default;
  Closed(Closed&&) noexcept = default;
  Closed& operator=(Closed&&) = delete;
  ~Closed() { reopen(); }

  // Before the gate is closed.
  Status wait_for_transactions(const CollectionRef& collection) {
    TransactionUses& uses = collection->state_->transaction_uses;
    kept_out_.push_back({collection, TransactionUses::Barrier(uses)});
    return uses.wait_ended();
  }
  void add(CollectionRef collection) { collections_.push_back(std::move(collection)); }
  const std::vector<CollectionRef>& collections() const { return collections_; }
  void reopen() {
    for (const CollectionRef& collection : collections_) collection->state_->gate.open();
    collections_.clear();
    kept_out_.clear();
  }
  // The collections are dropped: their gates stay closed.
  void retire() {
    for (const CollectionRef& collection : collections_) collection->state_->gate.retire();
    collections_.clear();
    kept_out_.clear();
  }
  // The same of one of them.
  void retire(const CollectionRef& collection) {
    collection->state_->gate.retire();
    std::erase(collections_, collection);
  }

 private:
  struct KeptOut {
    CollectionRef collection;
    TransactionUses::Barrier barrier;  // of it
  };
  std::vector<CollectionRef> collections_;
  std::vector<KeptOut> kept_out_;
};

// Held while a DDL commits and publishes, never while it waits for writers.
class Catalog::Publishing {
 public:
  void lock() {
    mutex_.lock();
    held_ = true;
  }
  void unlock() {
    held_ = false;
    mutex_.unlock();
  }
  // Until what was committed before this call is published.
  void wait() {
    if (held_) const std::lock_guard turn(mutex_);
  }

 private:
  std::mutex mutex_;
  std::atomic<bool> held_{false};
};

struct Catalog::Parts {
  explicit Parts(Storage& given) : storage(given) {}

  // A write that is staged holds its lease; on whose thread it would be applied may be the one that
  // waits here, or another that waits for this one.
  Status wait_open(Gate& gate) const {
    storage.commits().lead_staged();
    return gate.wait_open();
  }
  Status wait_empty(Gate& gate) const {
    storage.commits().lead_staged();
    return gate.wait_empty();
  }
  Status wait_for_transactions(Closed& closed, const CollectionRef& collection) const {
    storage.commits().lead_staged();
    return closed.wait_for_transactions(collection);
  }

  // Of a change of the catalog. Nobody finds what is new before this has returned.
  Result<CommitReceipt> commit(const WriteUnit& unit, Intents* intents = nullptr) const {
    auto receipt = storage.commits().commit(unit, intents);
    if (receipt.ok() && on_commit) on_commit();
    return receipt;
  }

  Storage& storage;
  std::function<void()> on_commit;  // Catalog::on_commit
  CatalogMap map;
  NameChanges name_changes;
  Publishing ddl;
};

}  // namespace cairn
