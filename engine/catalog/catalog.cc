// Every change of the catalog has three steps: close the gates of the collections that it changes
// (so that no writer is inside), commit, publish. What fails before the commit opens the gates
// again and has changed nothing.
#include "engine/catalog/catalog.h"

#include <algorithm>
#include <mutex>
#include <thread>
#include <unordered_map>
#include <utility>

#include <cairn/interrupt_scope.h>

#include "engine/catalog/catalog_parts.h"
#include "engine/catalog/view.h"

namespace cairn {

using namespace catalog_detail;

namespace {

Document default_id_index() { return document("v", 2, "key", document("_id", 1), "name", "_id_"); }

Document create_command(const CollectionEntry& collection) {
  DocumentBuilder builder;
  builder.append("create", collection.name().collection);
  builder.append_all(collection.definition().options);
  if (const IndexDefinition* index = collection.id_index()) builder.append("idIndex", index->spec);
  return builder.take();
}

Document rename_command(const CollectionEntry& from, const Namespace& to,
                        const CollectionEntry* target) {
  DocumentBuilder builder;
  builder.append("renameCollection", from.full_name());
  builder.append("to", to.to_string());
  builder.append("stayTemp", false);
  if (target != nullptr) builder.append("dropTarget", BinaryView{4, target->uuid()});
  return builder.take();
}

}  // namespace

Catalog::Catalog(Storage& storage) : parts_(new Parts(storage)) {}
Catalog::~Catalog() = default;

void Catalog::on_commit(std::function<void()> call) { parts_->on_commit = std::move(call); }

Result<std::unique_ptr<Catalog>> Catalog::load(Storage& storage) {
  std::unique_ptr<Catalog> catalog(new Catalog(storage));
  KeyCursor cursor = storage.latest().scan(Family::kMeta, {"C", "D"});
  for (cursor.seek_first(); cursor.valid(); cursor.next()) {
    const std::string_view key = cursor.key();
    const std::size_t split = key.find('\0');
    if (split == std::string_view::npos || key.back() != '\0' || split + 1 >= key.size()) {
      return Status(ErrorCode::kInternalError, "the store is corrupt: a catalog key");
    }
    CAIRN_ASSIGN_OR_RETURN(CollectionDefinition definition, decode_collection(key, cursor.value()));
    const Namespace name{key.substr(1, split - 1), key.substr(split + 1, key.size() - split - 2)};
    catalog->parts_->map.insert(catalog->make_entry(name.to_string(), name.database.size(),
                                                    std::move(definition),
                                                    std::make_shared<CollectionState>()));
  }
  CAIRN_RETURN_IF_ERROR(cursor.status());
  CAIRN_RETURN_IF_ERROR(catalog->load_multikey());
  return catalog;
}

Status Catalog::load_multikey() {
  std::unordered_map<Keyspace, SharedIndexState*> indexes;
  for (const std::string& database : parts_->map.databases()) {
    for (const CollectionRef& collection : parts_->map.collections(database)) {
      for (const IndexEntry& index : collection->index_entries()) {
        indexes.emplace(index.keyspace(), &index.shared());
      }
    }
  }
  const std::string first = Multikey::first_row_key();
  KeyCursor cursor = parts_->storage.latest().scan(Family::kMeta, {first, "N"});
  for (cursor.seek_first(); cursor.valid(); cursor.next()) {
    const auto index = indexes.find(Multikey::index_of_row(cursor.key()));
    if (index == indexes.end()) continue;  // of an index that is gone
    if (!index->second->multikey.load(cursor.key())) {
      return {ErrorCode::kInternalError, "the store is corrupt: a row of a multikey index"};
    }
  }
  return cursor.status();
}

CollectionRef Catalog::make_entry(std::string name, std::size_t database_size,
                                  CollectionDefinition definition,
                                  std::shared_ptr<CollectionState> state) {
  std::shared_ptr<CollectionCounters> counters;
  if (!definition.view) counters = parts_->storage.counters().get(definition.keyspace);
  auto entry = std::make_shared<const CollectionEntry>(
      std::move(name), database_size, std::move(definition), std::move(counters), std::move(state));
  entry->state_->current.store(entry.get());
  return entry;
}

CollectionRef Catalog::find(const Namespace& name) const { return parts_->map.find(name); }

CollectionRef Catalog::find(std::string_view full_name) const {
  const auto name = parse_namespace(full_name);
  return name.ok() ? parts_->map.find(*name) : nullptr;
}

CollectionRef Catalog::find(const Uuid& uuid) const { return parts_->map.find(uuid); }

Result<Lease> Catalog::lease(const Namespace& name) {
  while (true) {
    CollectionRef collection = parts_->map.find(name);
    if (collection == nullptr) return not_found(name);
    if (collection->definition().view) return is_a_view(*collection);
    Gate& gate = collection->state_->gate;
    if (!gate.enter()) {
      CAIRN_RETURN_IF_ERROR(parts_->wait_open(gate));
      continue;
    }
    // Between the lookup and the gate a DDL may have come and gone.
    if (collection->state_->current.load() == collection.get()) return Lease(std::move(collection));
    gate.leave();
  }
}

Result<Lease> Catalog::lease_or_create(const Namespace& name) {
  while (true) {
    auto found = lease(name);
    if (found.ok() || found.status().code() != ErrorCode::kNamespaceNotFound) return found;
    const Status created = create(name).status();
    if (!created.ok() && created.code() != ErrorCode::kNamespaceExists) return created;
  }
}

Result<CollectionRef> Catalog::create(const Namespace& name, const CreateCollection& request) {
  CAIRN_RETURN_IF_ERROR(check_creatable(name));
  std::lock_guard lock(parts_->ddl);
  return create_locked(name, request);
}

Result<CollectionRef> Catalog::create_locked(const Namespace& name,
                                             const CreateCollection& request) {
  WriteUnit unit;
  CAIRN_ASSIGN_OR_RETURN(CollectionRef entry, make_new(name, request, unit));
  CAIRN_ASSIGN_OR_RETURN(const CommitReceipt receipt, parts_->commit(unit));
  note_change(name, receipt.sequence);
  parts_->map.insert(entry);
  return entry;
}

Status Catalog::check_free(const Namespace& name) const {
  if (parts_->map.find(name) == nullptr) return check_case(name.database);
  return {ErrorCode::kNamespaceExists, "Collection already exists. NS: " + name.to_string()};
}

Result<CollectionRef> Catalog::make_new(const Namespace& name, const CreateCollection& request,
                                        WriteUnit& unit) {
  CAIRN_RETURN_IF_ERROR(check_free(name));
  CollectionDefinition definition;
  definition.uuid = random_uuid();
  definition.options = Document(request.options);
  definition.created_op = parts_->storage.commits().last_op();
  definition.view = !request.options.find("viewOn").missing();
  definition.clustered = request.options.find("clusteredIndex").truthy();
  if (!definition.view) {
    // Several measurements may have one `_id`.
    const bool measured = request.options.find("timeseries").truthy();
    const bool id_index = !definition.clustered && !measured;
    // Adjacent, so that a drop is one run.
    const std::uint32_t count = id_index ? 2 : 1;
    const auto others = static_cast<std::uint32_t>(request.indexes.size());
    CAIRN_ASSIGN_OR_RETURN(definition.keyspace,
                           parts_->storage.keyspaces().allocate(count + others));
    if (id_index) {
      definition.indexes.push_back(
          {.name = "_id_",
           .keyspace = definition.keyspace + 1,
           .spec = request.id_index.empty() ? default_id_index() : Document(request.id_index)});
    }
    Keyspace next = definition.keyspace + count;
    for (IndexDefinition index : request.indexes) {
      index.keyspace = next++;
      index.state = IndexState::kReady;
      definition.indexes.push_back(std::move(index));
    }
  }
  CollectionRef entry = make_entry(name.to_string(), name.database.size(), std::move(definition),
                                   std::make_shared<CollectionState>());
  put_definition(unit, *entry);
  add_command(unit, name.database, entry.get(), create_command(*entry));
  return entry;
}

Status Catalog::check_case(std::string_view database) const {
  const auto other = parts_->map.differing_in_case(database);
  if (!other) return {};
  return {ErrorCode::kDatabaseDifferCase, "db already exists with different case already have: [" +
                                              *other + "] trying to create [" +
                                              std::string(database) + "]"};
}

Result<Catalog::Closed> Catalog::close(const Namespace& name) {
  while (true) {
    CollectionRef collection = parts_->map.find(name);
    if (collection == nullptr) return not_found(name);
    Closed closed;
    CAIRN_RETURN_IF_ERROR(parts_->wait_for_transactions(closed, collection));
    Gate& gate = collection->state_->gate;
    if (!gate.close()) {
      CAIRN_RETURN_IF_ERROR(parts_->wait_open(gate));
      continue;
    }
    closed.add(collection);
    CAIRN_RETURN_IF_ERROR(parts_->wait_empty(gate));
    if (collection->state_->current.load() == collection.get()) return closed;
  }
}

Result<bool> Catalog::close_all(Closed& closed,
                                const std::vector<CollectionRef>& collections) const {
  // A writer inside one of these may be waiting to enter another: so never wait long with any of
  // them closed.
  constexpr std::chrono::milliseconds kPatience(20);
  for (const CollectionRef& collection : collections) {
    CAIRN_RETURN_IF_ERROR(parts_->wait_for_transactions(closed, collection));
  }
  for (const CollectionRef& collection : collections) {
    Gate& gate = collection->state_->gate;
    const bool ours = gate.close();
    if (ours) closed.add(collection);
    const bool current = collection->state_->current.load() == collection.get();
    parts_->storage.commits().lead_staged();
    if (ours && current && gate.wait_empty(kPatience)) continue;
    closed.reopen();
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
    return false;
  }
  return true;
}

void Catalog::add_drop(WriteUnit& unit, const CollectionEntry& collection) const {
  const Namespace name = collection.name();
  unit.remove(Family::kMeta, collection_key(name.database, name.collection));
  if (collection.definition().view) return;
  unit.remove(Family::kMeta, counters_key(collection.keyspace()));
  for (const IndexEntry& index : collection.index_entries()) remove_multikey(unit, index);
  for_each_run(keyspaces_of(collection.definition()), [&unit](Keyspace first, std::uint32_t count) {
    Keyspaces::drop(unit, first, count);
  });
}

void Catalog::publish_drop(const CollectionEntry& collection) {
  if (!collection.definition().view) {
    parts_->storage.counters().forget(collection.keyspace());
    // Who keeps one in memory looks at this after it has written: a row that came before this is
    // removed with the keyspace.
    for (const IndexEntry& index : collection.search_index_entries()) {
      index.shared().dropped = true;
    }
    for_each_run(keyspaces_of(collection.definition()),
                 [this](Keyspace first, std::uint32_t count) {
                   parts_->storage.keyspaces().dropped(first, count);
                 });
  }
  parts_->map.erase(collection);
  collection.state_->current.store(nullptr);
}

Result<DropResult> Catalog::drop(const Namespace& name) {
  CAIRN_ASSIGN_OR_RETURN(Closed closed, close(name));
  const CollectionRef collection = closed.collections().front();
  WriteUnit unit;
  add_drop(unit, *collection);
  add_command(unit, name.database, collection.get(), document("drop", name.collection));
  std::lock_guard lock(parts_->ddl);
  CAIRN_ASSIGN_OR_RETURN(const CommitReceipt receipt, parts_->commit(unit));
  note_change(name, receipt.sequence);
  publish_drop(*collection);
  closed.retire();
  return DropResult{.op = receipt.last_op, .indexes = collection->indexes().size()};
}

Result<std::uint64_t> Catalog::drop_database(std::string_view database) {
  while (true) {
    Closed closed;
    const std::vector<CollectionRef> collections = parts_->map.collections(database);
    if (collections.empty()) return std::uint64_t{0};
    CAIRN_RETURN_IF_ERROR(InterruptScope::check());
    CAIRN_ASSIGN_OR_RETURN(const bool all_closed, close_all(closed, collections));
    if (!all_closed) continue;
    std::lock_guard lock(parts_->ddl);
    // A collection created or renamed meanwhile: begin again.
    if (parts_->map.collections(database) != collections) continue;
    WriteUnit unit;
    for (const CollectionRef& collection : collections) {
      add_drop(unit, *collection);
      add_command(unit, database, collection.get(),
                  document("drop", collection->name().collection));
    }
    add_command(unit, database, nullptr, document("dropDatabase", 1));
    CAIRN_ASSIGN_OR_RETURN(const CommitReceipt receipt, parts_->commit(unit));
    for (const CollectionRef& collection : collections) {
      note_change(collection->name(), receipt.sequence);
      publish_drop(*collection);
    }
    closed.retire();
    return std::uint64_t{collections.size()};
  }
}

Status Catalog::rename(const Namespace& from, const Namespace& to,
                       const RenameCollection& request) {
  CAIRN_RETURN_IF_ERROR(check_creatable(to));
  if (from == to) return {ErrorCode::kIllegalOperation, "Can't rename a collection to itself"};
  while (true) {
    const CollectionRef source = parts_->map.find(from);
    const CollectionRef target = parts_->map.find(to);
    if (source == nullptr) {
      return {ErrorCode::kNamespaceNotFound,
              "Source collection " + from.to_string() + " does not exist"};
    }
    if (source->definition().view) {
      return {ErrorCode::kCommandNotSupportedOnView, "cannot rename view: " + from.to_string()};
    }
    if (target != nullptr && target->definition().view) {
      return {ErrorCode::kNamespaceExists,
              "a view already exists with that name: " + to.to_string()};
    }
    if (target != nullptr && !request.drop_target) {
      return {ErrorCode::kNamespaceExists, "target namespace exists"};
    }
    Closed closed;
    CAIRN_RETURN_IF_ERROR(InterruptScope::check());
    std::vector<CollectionRef> both{source};
    if (target != nullptr) both.push_back(target);
    CAIRN_ASSIGN_OR_RETURN(const bool both_closed, close_all(closed, both));
    if (!both_closed) continue;
    std::lock_guard lock(parts_->ddl);
    if (parts_->map.find(from) != source || parts_->map.find(to) != target) continue;
    CAIRN_RETURN_IF_ERROR(check_case(to.database));
    CAIRN_RETURN_IF_ERROR(rename_locked(*source, to, target.get()));
    if (target != nullptr) closed.retire(target);
    return {};
  }
}

Status Catalog::replace(const Namespace& name, const Namespace& with,
                        const std::function<Status()>& fill) {
  CAIRN_ASSIGN_OR_RETURN(Closed replaced, close(name));
  const CollectionRef target = replaced.collections().front();
  if (target->definition().view) return is_a_view(*target);
  CAIRN_RETURN_IF_ERROR(fill());
  CAIRN_ASSIGN_OR_RETURN(const Closed sources, close(with));
  std::lock_guard lock(parts_->ddl);
  CAIRN_RETURN_IF_ERROR(rename_locked(*sources.collections().front(), name, target.get()));
  replaced.retire();
  return {};
}

Status Catalog::rename_locked(const CollectionEntry& source, const Namespace& to,
                              const CollectionEntry* target) {
  const auto renamed = std::make_shared<const CollectionEntry>(
      to.to_string(), to.database.size(), source.definition(), source.counters_, source.state_,
      &source);
  WriteUnit unit;
  if (target != nullptr) add_drop(unit, *target);
  const Namespace from = source.name();
  unit.remove(Family::kMeta, collection_key(from.database, from.collection));
  put_definition(unit, *renamed);
  add_command(unit, from.database, &source, rename_command(source, to, target));
  CAIRN_ASSIGN_OR_RETURN(const CommitReceipt receipt, parts_->commit(unit));
  note_change(from, receipt.sequence);
  note_change(to, receipt.sequence);
  if (target != nullptr) publish_drop(*target);
  parts_->map.erase(source);
  parts_->map.insert(renamed);
  source.state_->current.store(renamed.get());
  return {};
}

bool Catalog::database_exists(std::string_view database) const {
  return parts_->map.database_exists(database);
}
std::vector<std::string> Catalog::databases() const { return parts_->map.databases(); }
std::vector<CollectionRef> Catalog::collections(std::string_view database) const {
  return parts_->map.collections(database);
}
std::size_t Catalog::size() const { return parts_->map.size(); }

}  // namespace cairn
