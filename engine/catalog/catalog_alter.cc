// Changes of what exists: options and indexes of a collection.
#include <algorithm>
#include <iterator>
#include <mutex>
#include <utility>

#include "engine/catalog/catalog_parts.h"
#include "engine/catalog/view.h"

namespace cairn {

namespace catalog_detail {

Status not_found(const Namespace& name) {
  return {ErrorCode::kNamespaceNotFound, "ns not found: " + name.to_string()};
}

void add_command(WriteUnit& unit, std::string_view database, const CollectionEntry* collection,
                 DocumentView command) {
  const std::string name = std::string(database) + ".$cmd";
  Change change;
  change.kind = ChangeKind::kCommand;
  if (collection != nullptr) {
    change.keyspace = collection->keyspace();
    change.collection = collection->uuid();
  }
  change.name = name;
  change.document = command.bytes();
  unit.change(change);
}

void put_definition(WriteUnit& unit, const CollectionEntry& collection) {
  const Namespace name = collection.name();
  unit.put(Family::kMeta, collection_key(name.database, name.collection),
           encode_collection(collection.definition()));
}

void remove_multikey(WriteUnit& unit, const IndexEntry& index) {
  for (const std::string& key : index.multikey().row_keys(index.keyspace())) {
    unit.remove(Family::kMeta, key);
  }
}

std::vector<Keyspace> keyspaces_of(const CollectionDefinition& definition) {
  std::vector<Keyspace> all;
  if (definition.keyspace != kNoKeyspace) all.push_back(definition.keyspace);
  for (const IndexDefinition& index : definition.indexes) all.push_back(index.keyspace);
  for (const IndexDefinition& index : definition.search_indexes) all.push_back(index.keyspace);
  std::sort(all.begin(), all.end());
  return all;
}

}  // namespace catalog_detail

using namespace catalog_detail;

Result<CollectionRef> Catalog::redefine(const CollectionRef& old, CollectionDefinition definition,
                                        DocumentView command) {
  const Namespace name = old->name();
  CAIRN_ASSIGN_OR_RETURN(const Closed closed, close(name));
  if (closed.collections().front() != old) {
    return Status(ErrorCode::kWriteConflict, "the collection changed meanwhile");
  }
  return redefine_closed(old, std::move(definition), command);
}

Result<Catalog::Closed> Catalog::close_gently(const std::function<CollectionRef()>& find) {
  constexpr int kPatientRounds = 100;
  for (int round = 0;; ++round) {
    const CollectionRef collection = find();
    if (collection == nullptr) {
      return Status(ErrorCode::kNamespaceNotFound, "the collection does not exist");
    }
    if (round >= kPatientRounds) return close(collection->name());
    Closed closed;
    CAIRN_ASSIGN_OR_RETURN(const bool all_closed, close_all(closed, {collection}));
    if (all_closed) return closed;
  }
}

Result<CollectionRef> Catalog::alter_found(const std::function<CollectionRef()>& find,
                                           const Change& change) {
  CAIRN_ASSIGN_OR_RETURN(const Closed closed, close_gently(find));
  const CollectionRef old = closed.collections().front();
  if (old->definition().view) return is_a_view(*old);
  CAIRN_ASSIGN_OR_RETURN(std::optional<Alteration> altered, change(old));
  if (!altered) return old;
  return redefine_closed(old, std::move(altered->definition), altered->command);
}

Result<CollectionRef> Catalog::alter(const Namespace& name, const Change& change) {
  if (parts_->map.find(name) == nullptr) return not_found(name);
  return alter_found([&] { return parts_->map.find(name); }, change);
}

Result<CollectionRef> Catalog::alter(const Uuid& uuid, const Change& change) {
  return alter_found([&] { return parts_->map.find(uuid); }, change);
}

Result<CollectionRef> Catalog::redefine_closed(const CollectionRef& old,
                                               CollectionDefinition definition,
                                               DocumentView command) {
  const Namespace name = old->name();
  std::vector<Keyspace> gone;
  const std::vector<Keyspace> before = keyspaces_of(old->definition());
  const std::vector<Keyspace> after = keyspaces_of(definition);
  std::set_difference(before.begin(), before.end(), after.begin(), after.end(),
                      std::back_inserter(gone));
  const auto entry = std::make_shared<const CollectionEntry>(old->full_name(), name.database.size(),
                                                             std::move(definition), old->counters_,
                                                             old->state_, old.get());
  WriteUnit unit;
  put_definition(unit, *entry);
  for (const IndexEntry& index : old->all_index_entries()) {
    if (std::binary_search(gone.begin(), gone.end(), index.keyspace())) {
      remove_multikey(unit, index);
    }
  }
  // Readers look at this after they have taken their snapshot.
  const auto mark_dropped = [&](bool dropped) {
    for (const IndexEntry& index : old->all_index_entries()) {
      if (std::binary_search(gone.begin(), gone.end(), index.keyspace())) {
        index.shared().dropped = dropped;
      }
    }
  };
  for_each_run(
      gone, [&unit](Keyspace first, std::uint32_t count) { Keyspaces::drop(unit, first, count); });
  add_command(unit, name.database, old.get(), command);
  std::lock_guard lock(parts_->ddl);
  mark_dropped(true);
  auto committed = parts_->commit(unit);
  if (!committed.ok()) {
    mark_dropped(false);
    return committed.take_status();
  }
  note_change(name, committed->sequence);
  for_each_run(gone, [this](Keyspace first, std::uint32_t count) {
    parts_->storage.keyspaces().dropped(first, count);
  });
  parts_->map.insert(entry);
  entry->state_->current.store(entry.get());
  return CollectionRef(entry);
}

}  // namespace cairn
