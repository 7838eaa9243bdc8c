// CatalogMap: the definitions in memory. Internal to engine/catalog.
//
// Lookups by name go to one of many shards, each behind a shared mutex, and allocate nothing.
// Ordered listings and lookups by uuid use a second index. Writers come one at a time (the
// catalog's DDL mutex). Thread-safety: readers from any thread, beside one writer.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "engine/catalog/collection.h"

namespace cairn {

class CatalogMap {
 public:
  CollectionRef find(const Namespace& name) const;
  CollectionRef find(const Uuid& uuid) const;
  void insert(const CollectionRef& collection);
  void erase(const CollectionEntry& collection);

  // The database whose name differs from `name` in case only, if there is one.
  std::optional<std::string> differing_in_case(std::string_view name) const;
  bool database_exists(std::string_view database) const;
  std::vector<std::string> databases() const;
  std::vector<CollectionRef> collections(std::string_view database) const;
  std::size_t size() const;

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(const Namespace& name) const;
    std::size_t operator()(const CollectionRef& collection) const;
  };
  struct Equal {
    using is_transparent = void;
    bool operator()(const CollectionRef& a, const CollectionRef& b) const;
    bool operator()(const Namespace& a, const CollectionRef& b) const;
    bool operator()(const CollectionRef& a, const Namespace& b) const;
  };
  struct alignas(64) Shard {
    mutable std::shared_mutex mutex;
    std::unordered_set<CollectionRef, Hash, Equal> collections;
  };
  using Database = std::map<std::string, CollectionRef, std::less<>>;

  static constexpr std::size_t kShards = 64;
  Shard& shard_of(const Namespace& name) { return shards_[Hash{}(name) % kShards]; }
  const Shard& shard_of(const Namespace& name) const { return shards_[Hash{}(name) % kShards]; }

  std::array<Shard, kShards> shards_;
  mutable std::shared_mutex index_mutex_;
  std::map<std::string, Database, std::less<>> databases_;
  std::map<std::string, std::string> by_lower_case_;  // of databases: name in lower case -> name
  std::map<Uuid, CollectionRef> by_uuid_;
  std::size_t size_ = 0;
};

}  // namespace cairn
