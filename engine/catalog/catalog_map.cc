#include "engine/catalog/catalog_map.h"

#include <mutex>

#include "engine/bson/hash.h"

namespace cairn {

namespace {

// ASCII only, as MongoDB compares them.
std::string lower_case(std::string_view name) {
  std::string lower(name);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

}  // namespace

std::size_t CatalogMap::Hash::operator()(const Namespace& name) const {
  return hash_bytes(name.collection, hash_bytes(name.database));
}

std::size_t CatalogMap::Hash::operator()(const CollectionRef& collection) const {
  return (*this)(collection->name());
}

bool CatalogMap::Equal::operator()(const CollectionRef& a, const CollectionRef& b) const {
  return a->name() == b->name();
}
bool CatalogMap::Equal::operator()(const Namespace& a, const CollectionRef& b) const {
  return a == b->name();
}
bool CatalogMap::Equal::operator()(const CollectionRef& a, const Namespace& b) const {
  return a->name() == b;
}

CollectionRef CatalogMap::find(const Namespace& name) const {
  const Shard& shard = shard_of(name);
  std::shared_lock lock(shard.mutex);
  const auto at = shard.collections.find(name);
  return at == shard.collections.end() ? nullptr : *at;
}

CollectionRef CatalogMap::find(const Uuid& uuid) const {
  std::shared_lock lock(index_mutex_);
  const auto at = by_uuid_.find(uuid);
  return at == by_uuid_.end() ? nullptr : at->second;
}

void CatalogMap::insert(const CollectionRef& collection) {
  const Namespace name = collection->name();
  {
    std::unique_lock lock(index_mutex_);
    Database& database = databases_[std::string(name.database)];
    const bool fresh = database.insert_or_assign(std::string(name.collection), collection).second;
    by_lower_case_[lower_case(name.database)] = name.database;
    by_uuid_[collection->uuid()] = collection;
    size_ += fresh ? 1 : 0;
  }
  Shard& shard = shard_of(name);
  std::unique_lock lock(shard.mutex);
  if (const auto old = shard.collections.find(name); old != shard.collections.end()) {
    shard.collections.erase(old);
  }
  shard.collections.insert(collection);
}

void CatalogMap::erase(const CollectionEntry& collection) {
  const Namespace name = collection.name();
  {
    Shard& shard = shard_of(name);
    std::unique_lock lock(shard.mutex);
    if (const auto at = shard.collections.find(name); at != shard.collections.end()) {
      shard.collections.erase(at);
    }
  }
  std::unique_lock lock(index_mutex_);
  by_uuid_.erase(collection.uuid());
  const auto database = databases_.find(name.database);
  if (database == databases_.end()) return;
  if (const auto at = database->second.find(name.collection); at != database->second.end()) {
    database->second.erase(at);
    --size_;
  }
  if (!database->second.empty()) return;
  by_lower_case_.erase(lower_case(name.database));
  databases_.erase(database);
}

std::optional<std::string> CatalogMap::differing_in_case(std::string_view name) const {
  std::shared_lock lock(index_mutex_);
  const auto at = by_lower_case_.find(lower_case(name));
  if (at == by_lower_case_.end() || at->second == name) return std::nullopt;
  return at->second;
}

bool CatalogMap::database_exists(std::string_view database) const {
  std::shared_lock lock(index_mutex_);
  return databases_.find(database) != databases_.end();
}

std::vector<std::string> CatalogMap::databases() const {
  std::shared_lock lock(index_mutex_);
  std::vector<std::string> names;
  names.reserve(databases_.size());
  for (const auto& [name, collections] : databases_) names.push_back(name);
  return names;
}

std::vector<CollectionRef> CatalogMap::collections(std::string_view database) const {
  std::shared_lock lock(index_mutex_);
  std::vector<CollectionRef> all;
  const auto at = databases_.find(database);
  if (at == databases_.end()) return all;
  all.reserve(at->second.size());
  for (const auto& [name, collection] : at->second) all.push_back(collection);
  return all;
}

std::size_t CatalogMap::size() const {
  std::shared_lock lock(index_mutex_);
  return size_;
}

}  // namespace cairn
