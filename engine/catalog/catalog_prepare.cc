// Collections that a transaction makes: prepared while it is open, published by its commit; and
// those of an earlier state.
#include <algorithm>
#include <mutex>
#include <utility>

#include "engine/catalog/catalog_parts.h"

namespace cairn {

using namespace catalog_detail;

std::uint64_t Catalog::name_hash(const Namespace& name) {
  return key_hash(Family::kMeta, collection_key(name.database, name.collection));
}

void Catalog::note_change(const Namespace& name, std::uint64_t sequence) const {
  parts_->name_changes.note(name_hash(name), sequence);
}

bool Catalog::changed_after(const Namespace& name, std::uint64_t sequence) const {
  return parts_->name_changes.after(name_hash(name), sequence);
}

void Catalog::wait_published() const { parts_->ddl.wait(); }

Result<CollectionRef> Catalog::as_of(const Reader& then, const Namespace& name) const {
  wait_published();
  const std::string key = collection_key(name.database, name.collection);
  PinnedValue row;
  CAIRN_ASSIGN_OR_RETURN(const bool found, then.get(Family::kMeta, key, row));
  if (!found) return CollectionRef();
  CAIRN_ASSIGN_OR_RETURN(CollectionDefinition definition, decode_collection(key, row.view()));
  const CollectionRef now = parts_->map.find(definition.uuid);
  if (now == nullptr || now->full_name() != name.to_string()) {
    return Status(ErrorCode::kSnapshotUnavailable,
                  "Unable to read from a snapshot due to pending collection catalog changes; "
                  "please retry the operation: " +
                      name.to_string());
  }
  const std::vector<Keyspace> left = keyspaces_of(now->definition());
  const auto is_gone = [&left](const IndexDefinition& index) {
    return index.state != IndexState::kReady ||
           !std::binary_search(left.begin(), left.end(), index.keyspace);
  };
  std::erase_if(definition.indexes, is_gone);
  std::erase_if(definition.search_indexes, is_gone);
  return std::make_shared<const CollectionEntry>(now->full_name(), name.database.size(),
                                                 std::move(definition), now->counters_, now->state_,
                                                 now.get());
}

Result<CollectionRef> Catalog::prepare(const Namespace& name, const CreateCollection& request,
                                       WriteUnit& unit) {
  CAIRN_RETURN_IF_ERROR(check_creatable(name));
  return make_new(name, request, unit);
}

CollectionRef Catalog::prepare_again(const CollectionRef& prepared, CollectionDefinition definition,
                                     DocumentView command, WriteUnit& unit) {
  const Namespace name = prepared->name();
  auto entry = std::make_shared<const CollectionEntry>(prepared->full_name(), name.database.size(),
                                                       std::move(definition), prepared->counters_,
                                                       prepared->state_, prepared.get());
  entry->state_->current.store(entry.get());
  put_definition(unit, *entry);
  add_command(unit, name.database, entry.get(), command);
  return entry;
}

Lease Catalog::enter(const CollectionRef& prepared) const {
  prepared->state_->gate.enter();
  return Lease(prepared);
}

std::optional<Lease> Catalog::enter_used(const CollectionRef& used) const {
  CollectionState& state = *used->state_;
  if (!state.gate.enter()) return std::nullopt;
  Lease lease(used);
  const bool unchanged = state.current.load() == used.get();
  return unchanged ? std::optional(std::move(lease)) : std::nullopt;
}

std::optional<TransactionUses::Use> Catalog::use(const CollectionEntry& collection,
                                                 TransactionUses::Clock::time_point until,
                                                 std::chrono::milliseconds patience) {
  // What it uses may go before it does.
  std::shared_ptr<TransactionUses> uses(collection.state_, &collection.state_->transaction_uses);
  return TransactionUses::begin(std::move(uses), until, patience);
}

void Catalog::forget(const CollectionEntry& prepared) {
  if (!prepared.definition().view) parts_->storage.counters().forget(prepared.keyspace());
}

Result<CommitReceipt> Catalog::commit(const WriteUnit& unit, Intents& intents,
                                      std::span<const CollectionRef> prepared) {
  if (prepared.empty()) return parts_->storage.commits().commit(unit, &intents);
  const std::lock_guard lock(parts_->ddl);
  for (const CollectionRef& collection : prepared) {
    const Status free = check_free(collection->name());
    if (free.code() == ErrorCode::kNamespaceExists) {
      return Status(ErrorCode::kWriteConflict,
                    "a collection was created meanwhile: " + collection->full_name());
    }
    CAIRN_RETURN_IF_ERROR(free);
  }
  CAIRN_ASSIGN_OR_RETURN(const CommitReceipt receipt, parts_->commit(unit, &intents));
  for (const CollectionRef& collection : prepared) {
    note_change(collection->name(), receipt.sequence);
    parts_->map.insert(collection);
  }
  return receipt;
}

}  // namespace cairn
