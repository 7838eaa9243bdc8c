#include "engine/records/build/index_build.h"

#include "engine/records/build/index_load.h"
#include "engine/records/build/index_move.h"

#include <cairn/interrupt_scope.h>

#include <algorithm>
#include <utility>

namespace cairn::records {
namespace {

// A round of so few documents is done while writers wait; and so is the last of so many rounds.
constexpr std::size_t kShortRound = 256;
constexpr int kMostRounds = 64;

const IndexEntry* find_entry(const CollectionEntry& collection, Keyspace keyspace) {
  for (const IndexEntry& index : collection.all_index_entries()) {
    if (index.keyspace() == keyspace) return &index;
  }
  return nullptr;
}

Result<std::vector<const IndexEntry*>> find_entries(const CollectionEntry& collection,
                                                    const std::vector<Keyspace>& keyspaces) {
  std::vector<const IndexEntry*> entries;
  for (const Keyspace keyspace : keyspaces) {
    const IndexEntry* entry = find_entry(collection, keyspace);
    if (entry == nullptr) return dropped_while_built();
    entries.push_back(entry);
  }
  return entries;
}

bool contains(const std::vector<Keyspace>& keyspaces, Keyspace keyspace) {
  return std::find(keyspaces.begin(), keyspaces.end(), keyspace) != keyspaces.end();
}

// The oplog row's document: the names of what is `gone`.
template <typename Gone>
Document drop_command(const CollectionEntry& collection, const Gone& gone) {
  DocumentBuilder command;
  command.append("abortIndexBuild", collection.name().collection).begin_array("index");
  for (const auto* indexes :
       {&collection.definition().indexes, &collection.definition().search_indexes}) {
    for (const IndexDefinition& index : *indexes) {
      if (gone(index)) command.push(index.name);
    }
  }
  return command.end().take();
}

// The definition without its indexes that `gone` names.
template <typename Gone>
std::optional<Catalog::Alteration> without_indexes(const CollectionEntry& collection, Gone gone) {
  Catalog::Alteration altered{.definition = collection.definition(), .command = {}};
  const std::size_t erased = std::erase_if(altered.definition.indexes, gone) +
                             std::erase_if(altered.definition.search_indexes, gone);
  if (erased == 0) return std::nullopt;
  altered.command = drop_command(collection, gone);
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
  return caught_up.code() == ErrorCode::kNamespaceNotFound ? dropped_while_built() : caught_up;
}

Status IndexBuild::load() {
  const CollectionRef collection = catalog_.find(uuid_);
  if (collection == nullptr) return dropped_while_built();
  CAIRN_ASSIGN_OR_RETURN(const std::vector<const IndexEntry*> indexes,
                         find_entries(*collection, keyspaces_));
  const Reader reader = storage_.at(*snapshot_);
  return load_indexes(storage_, *collection, indexes,
                      {reader, options_.interrupt, options_.log, [this] { return admit(); }});
}

// What is written to a keyspace that is dropped already would stay for ever: so the collection is
// kept from DDL meanwhile.
Result<Lease> IndexBuild::admit() {
  while (true) {
    const CollectionRef now = catalog_.find(uuid_);
    if (now == nullptr) return dropped_while_built();
    auto lease = catalog_.lease(now->name());
    if (!lease.ok() && lease.status().code() != ErrorCode::kNamespaceNotFound) return lease;
    if (!lease.ok() || (*lease)->uuid() != uuid_) continue;
    CAIRN_RETURN_IF_ERROR(find_entries(**lease, keyspaces_).status());
    return lease;
  }
}

Status IndexBuild::catch_up(DocumentView command) {
  for (int number = 0;; ++number) {
    if (options_.interrupt != nullptr) CAIRN_RETURN_IF_ERROR(options_.interrupt->check());
    Round round{.number = number};
    const Catalog::Change look = [&](const CollectionRef& now) {
      return look_at_log(*now, command, round);
    };
    CAIRN_ASSIGN_OR_RETURN(const CollectionRef now, catalog_.alter(uuid_, look));
    if (round.ready) return Status();
    CAIRN_RETURN_IF_ERROR(move(*now, round, [this] { return admit(); }));
    snapshot_ = std::move(round.newer);
  }
}

// While no writer is inside. Gives the definition with the indexes ready, if little was to do.
Result<std::optional<Catalog::Alteration>> IndexBuild::look_at_log(
    const CollectionEntry& collection, DocumentView command, Round& round) {
  CAIRN_ASSIGN_OR_RETURN(const std::vector<const IndexEntry*> indexes,
                         find_entries(collection, keyspaces_));
  round.newer.emplace(storage_.snapshot());
  std::size_t documents = 0;
  for (const IndexEntry* index : indexes) {
    documents += round.written.emplace_back(index->shared().build_log.take()).size();
  }
  if (documents > kShortRound && round.number < kMostRounds) {
    return std::optional<Catalog::Alteration>();
  }
  CAIRN_RETURN_IF_ERROR(move(collection, round, nullptr));
  CAIRN_RETURN_IF_ERROR(store_arrays(indexes));
  Catalog::Alteration altered{.definition = collection.definition(), .command = Document(command)};
  for (auto* of_kind : {&altered.definition.indexes, &altered.definition.search_indexes}) {
    for (IndexDefinition& index : *of_kind) {
      if (contains(keyspaces_, index.keyspace)) index.state = IndexState::kReady;
    }
  }
  remove_replaced(altered.definition);
  round.ready = true;
  return std::optional(std::move(altered));
}

// Of a search index with a new definition the old one goes when the new one is ready.
void IndexBuild::remove_replaced(CollectionDefinition& definition) const {
  const auto made = [&](const IndexDefinition& index) {
    return contains(keyspaces_, index.keyspace);
  };
  std::vector<std::string> ids;
  for (const IndexDefinition& index : definition.search_indexes) {
    if (made(index)) ids.emplace_back(index.spec["id"].as_string());
  }
  std::erase_if(definition.search_indexes, [&](const IndexDefinition& index) {
    return !made(index) && std::ranges::find(ids, index.spec["id"].as_string()) != ids.end();
  });
}

Status IndexBuild::move(const CollectionEntry& collection, const Round& round,
                        const std::function<Result<Lease>()>& admit) {
  CAIRN_ASSIGN_OR_RETURN(const std::vector<const IndexEntry*> indexes,
                         find_entries(collection, keyspaces_));
  for (std::size_t i = 0; i < indexes.size(); ++i) {
    CAIRN_RETURN_IF_ERROR(move_index(storage_, collection, *indexes[i],
                                     {.from = storage_.at(*snapshot_),
                                      .to = storage_.at(*round.newer),
                                      .documents = &round.written[i],
                                      .admit = admit}));
  }
  return Status();
}

Status IndexBuild::store_arrays(const std::vector<const IndexEntry*>& indexes) {
  WriteUnit unit;
  for (const IndexEntry* index : indexes) {
    for (const std::string& key : index->multikey().row_keys(index->keyspace())) {
      unit.put(Family::kMeta, key, {});
    }
  }
  return unit.empty() ? Status() : storage_.commits().commit(unit).status();
}

void IndexBuild::remove_indexes() {
  // Though the build was interrupted: writers would go on to note what they write for it.
  const Interrupt none;
  const InterruptScope scope(&none);
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
      const CollectionDefinition& definition = collection->definition();
      if (std::ranges::none_of(definition.indexes, unfinished) &&
          std::ranges::none_of(definition.search_indexes, unfinished)) {
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
