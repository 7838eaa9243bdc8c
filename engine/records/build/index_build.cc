#include "engine/records/build/index_build.h"

#include "engine/records/build/index_load.h"
#include "engine/records/duplicate_key.h"
#include "engine/records/index_keys.h"
#include "engine/records/index_row.h"
#include "engine/records/record_key.h"

#include <algorithm>
#include <utility>

namespace cairn::records {
namespace {

// A round of so few documents is done while writers wait; and so is the last of so many rounds.
constexpr std::size_t kShortRound = 256;
constexpr int kMostRounds = 64;
// Rows after which a round commits.
constexpr std::size_t kUnitRows = 2000;

Status aborted() {
  return {ErrorCode::kIndexBuildAborted, "the index was dropped while it was being built"};
}

const IndexEntry* find_entry(const CollectionEntry& collection, Keyspace keyspace) {
  for (const IndexEntry& index : collection.index_entries()) {
    if (index.keyspace() == keyspace) return &index;
  }
  return nullptr;
}

Result<std::vector<const IndexEntry*>> find_entries(const CollectionEntry& collection,
                                                    const std::vector<Keyspace>& keyspaces) {
  std::vector<const IndexEntry*> entries;
  for (const Keyspace keyspace : keyspaces) {
    const IndexEntry* entry = find_entry(collection, keyspace);
    if (entry == nullptr) return aborted();
    entries.push_back(entry);
  }
  return entries;
}

bool contains(const std::vector<Keyspace>& keyspaces, Keyspace keyspace) {
  return std::find(keyspaces.begin(), keyspaces.end(), keyspace) != keyspaces.end();
}

// Keys of the document `record_key` as a snapshot has it; none where it has none.
Status keys_at(const IndexEntry& index, const Reader& reader, std::string_view record_key,
               KeySet& keys) {
  keys.clear();
  PinnedValue document;
  CAIRN_ASSIGN_OR_RETURN(const bool found, reader.get(Family::kDoc, record_key, document));
  return found ? index_keys(index, stored_document(document.view()), keys) : Status();
}

// The oplog row's document: the names of what `after` has no more.
Document drop_command(const CollectionEntry& collection, const CollectionDefinition& after) {
  DocumentBuilder command;
  command.append("abortIndexBuild", collection.name().collection).begin_array("index");
  for (const IndexDefinition& index : collection.indexes()) {
    const bool stays =
        std::any_of(after.indexes.begin(), after.indexes.end(),
                    [&](const IndexDefinition& one) { return one.keyspace == index.keyspace; });
    if (!stays) command.push(index.name);
  }
  return command.end().take();
}

// The definition without its indexes that `gone` names.
template <typename Gone>
std::optional<Catalog::Alteration> without_indexes(const CollectionEntry& collection, Gone gone) {
  Catalog::Alteration altered{.definition = collection.definition(), .command = {}};
  const std::size_t before = altered.definition.indexes.size();
  std::erase_if(altered.definition.indexes, gone);
  if (altered.definition.indexes.size() == before) return std::nullopt;
  altered.command = drop_command(collection, altered.definition);
  return altered;
}

}  // namespace

void IndexBuild::start(const CollectionRef& collection, std::vector<Keyspace> indexes) {
  uuid_ = collection->uuid();
  keyspaces_ = std::move(indexes);
  snapshot_.emplace(storage_.snapshot());
}

Status IndexBuild::run(DocumentView command) {
  Status built = build(command);
  if (!built.ok()) remove_indexes();
  return built;
}

Status IndexBuild::build(DocumentView command) {
  CAIRN_RETURN_IF_ERROR(load());
  Status caught_up = catch_up(command);
  return caught_up.code() == ErrorCode::kNamespaceNotFound ? aborted() : caught_up;
}

Status IndexBuild::load() {
  const CollectionRef collection = catalog_.find(uuid_);
  if (collection == nullptr) return aborted();
  CAIRN_ASSIGN_OR_RETURN(const std::vector<const IndexEntry*> indexes,
                         find_entries(*collection, keyspaces_));
  const Reader reader = storage_.at(*snapshot_);
  // What is loaded into a keyspace that is dropped already would stay for ever: so the collection
  // is kept from DDL for that moment.
  const auto admit = [&]() -> Result<Lease> {
    while (true) {
      const CollectionRef now = catalog_.find(uuid_);
      if (now == nullptr) return aborted();
      auto lease = catalog_.lease(now->name());
      if (!lease.ok() && lease.status().code() != ErrorCode::kNamespaceNotFound) return lease;
      if (!lease.ok() || (*lease)->uuid() != uuid_) continue;
      CAIRN_RETURN_IF_ERROR(find_entries(**lease, keyspaces_).status());
      return lease;
    }
  };
  return load_indexes(storage_, *collection, indexes,
                      {reader, options_.interrupt, options_.log, admit});
}

Status IndexBuild::catch_up(DocumentView command) {
  for (int round = 0;; ++round) {
    if (options_.interrupt != nullptr) CAIRN_RETURN_IF_ERROR(options_.interrupt->check());
    std::vector<std::vector<std::string>> written;
    std::optional<Snapshot> newer;
    bool ready = false;
    const auto apply_all = [&](const CollectionEntry& collection) -> Status {
      CAIRN_ASSIGN_OR_RETURN(const std::vector<const IndexEntry*> indexes,
                             find_entries(collection, keyspaces_));
      for (std::size_t i = 0; i < indexes.size(); ++i) {
        CAIRN_RETURN_IF_ERROR(apply(collection, *indexes[i], written[i], storage_.at(*snapshot_),
                                    storage_.at(*newer)));
      }
      return Status();
    };
    const Catalog::Change look =
        [&](const CollectionRef& now) -> Result<std::optional<Catalog::Alteration>> {
      CAIRN_ASSIGN_OR_RETURN(const std::vector<const IndexEntry*> indexes,
                             find_entries(*now, keyspaces_));
      newer.emplace(storage_.snapshot());
      std::size_t documents = 0;
      for (const IndexEntry* index : indexes) {
        documents += written.emplace_back(index->shared().build_log.take()).size();
      }
      if (documents > kShortRound && round < kMostRounds) {
        return std::optional<Catalog::Alteration>();
      }
      CAIRN_RETURN_IF_ERROR(apply_all(*now));
      Catalog::Alteration altered{.definition = now->definition(), .command = Document(command)};
      for (IndexDefinition& index : altered.definition.indexes) {
        if (contains(keyspaces_, index.keyspace)) index.state = IndexState::kReady;
      }
      ready = true;
      return std::optional(std::move(altered));
    };
    CAIRN_ASSIGN_OR_RETURN(const CollectionRef now, catalog_.alter(uuid_, look));
    if (ready) return Status();
    CAIRN_RETURN_IF_ERROR(apply_all(*now));
    snapshot_ = std::move(newer);
  }
}

// Removes first, of all documents, and then puts: so a unique key that went from one document to
// another is free when it is put.
Status IndexBuild::apply(const CollectionEntry& collection, const IndexEntry& index,
                         const std::vector<std::string>& documents, const Reader& from,
                         const Reader& to) {
  KeySet before;
  KeySet after;
  IndexRowWriter row;
  WriteUnit unit;
  Status status;
  const auto commit_beyond = [&](std::size_t rows) {
    if (!status.ok() || unit.writes().size() <= rows) return;
    status = storage_.commits().commit(unit).status();
    unit.clear();
  };
  enum class Pass : std::uint8_t { kRemove, kPut };
  for (const Pass pass : {Pass::kRemove, Pass::kPut}) {
    for (const std::string& record_key : documents) {
      CAIRN_RETURN_IF_ERROR(keys_at(index, from, record_key, before));
      CAIRN_RETURN_IF_ERROR(keys_at(index, to, record_key, after));
      const auto remove = [&](IndexKey key) {
        if (pass != Pass::kRemove) return;
        row.assign(collection, index, key, after_keyspace(record_key));
        unit.remove(Family::kIdx, row.key());
      };
      const auto put = [&](IndexKey key, bool fresh) {
        if (pass != Pass::kPut || !status.ok()) return;
        row.assign(collection, index, key, after_keyspace(record_key));
        if (fresh && index.record_place() == RecordPlace::kInValue) {
          const Result<bool> taken = storage_.latest().contains(Family::kIdx, row.key());
          status = taken.status();
          if (!status.ok()) return;
          if (*taken || unit.find(Family::kIdx, row.key())) {
            status = duplicate_key(collection, index, key);
            return;
          }
        }
        unit.put(Family::kIdx, row.key(), row.value());
      };
      for_each_difference(before, after, remove, put);
      if (pass == Pass::kPut) note_arrays(index, after);
      commit_beyond(kUnitRows);
      CAIRN_RETURN_IF_ERROR(Status(status));
    }
    commit_beyond(0);
    CAIRN_RETURN_IF_ERROR(Status(status));
  }
  for (const std::string& key : index.multikey().row_keys(index.keyspace())) {
    unit.put(Family::kMeta, key, {});
  }
  commit_beyond(0);
  return status;
}

void IndexBuild::remove_indexes() {
  // What fails here is removed at the next start.
  static_cast<void>(catalog_.alter(
      uuid_, [&](const CollectionRef& now) -> Result<std::optional<Catalog::Alteration>> {
        return without_indexes(*now, [&](const IndexDefinition& index) {
          return contains(keyspaces_, index.keyspace);
        });
      }));
}

Status remove_unfinished(Catalog& catalog, const std::function<void(std::string_view)>& tell) {
  const auto unfinished = [](const IndexDefinition& index) {
    return index.state == IndexState::kBuilding;
  };
  for (const std::string& database : catalog.databases()) {
    for (const CollectionRef& collection : catalog.collections(database)) {
      if (std::none_of(collection->indexes().begin(), collection->indexes().end(), unfinished)) {
        continue;
      }
      if (tell) tell("removing indexes whose builds did not end: " + collection->full_name());
      CAIRN_RETURN_IF_ERROR(
          catalog
              .alter(collection->name(),
                     [&](const CollectionRef& now) -> Result<std::optional<Catalog::Alteration>> {
                       return without_indexes(*now, unfinished);
                     })
              .status());
    }
  }
  return Status();
}

}  // namespace cairn::records
