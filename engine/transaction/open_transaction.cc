#include "engine/transaction/open_transaction.h"

#include "engine/catalog/view.h"
#include "engine/storage/keys.h"

#include <cairn/interrupt_scope.h>
#include <cairn/limits.h>

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <utility>

namespace cairn {
namespace {

// What a pending row, or a change, takes in memory besides its bytes.
constexpr std::uint64_t kRowBytes = 160;
constexpr std::uint64_t kIntentBytes = 32;

Status changed_since(const Namespace& name) {
  return {
      ErrorCode::kWriteConflict,
      "the collection's definition has changed since the transaction began: " + name.to_string()};
}

// How long a transaction waits for a DDL that waits for others: two that waited for each other's
// would do so until their time is over. Source: MongoDB's manual, "Production Considerations" of
// transactions, "Acquiring Locks".
constexpr std::chrono::milliseconds kLockPatience(5);

Status kept_by_ddl(const Namespace& name) {
  return {ErrorCode::kLockTimeout,
          fmt::format("Unable to acquire IX lock on '{}' within {}ms: its definition is about to "
                      "change",
                      name.to_string(), kLockPatience.count())};
}

Status check_kind(const CollectionEntry& collection) {
  if (collection.rules().capped) {
    return {ErrorCode::kOperationNotSupportedInTransaction,
            fmt::format("Collection '{}' is a capped collection. Writes in transactions are not "
                        "allowed on capped collections.",
                        collection.full_name())};
  }
  if (collection.rules().time_series()) {
    return {ErrorCode::kOperationNotSupportedInTransaction,
            fmt::format("Cannot write to a time-series collection in a multi-document "
                        "transaction: {}",
                        collection.full_name())};
  }
  return {};
}

// What has been dropped is removed from the store soon, snapshot or no snapshot.
bool lacks_rows(const CollectionEntry* collection) {
  return collection != nullptr &&
         (collection->dropped() ||
          std::ranges::any_of(collection->all_index_entries(), [](const IndexEntry& index) {
            return index.shared().dropped.load();
          }));
}

}  // namespace

OpenTransaction::OpenTransaction(Storage& storage, Catalog& catalog, MemoryBudget& budget,
                                 Options options)
    : storage_(storage),
      catalog_(catalog),
      budget_(budget),
      session_(options.session),
      until_(options.until) {
  held_.emplace();
  read_only_ = options.moment != nullptr && !options.session;
  behind_ = options.moment != nullptr && !read_only_;
  if (!read_only_) held_->watch.emplace(storage.intents());
  if (options.moment != nullptr) {
    held_->moment = std::move(options.moment);
  } else {
    // What is committed by now is in the snapshot.
    const OpTime time{storage.commits().last_op()};
    held_->moment = std::make_shared<const Moment>(storage.snapshot(), time);
  }
  conflicts_after_ = behind_ ? storage.snapshot().sequence() : sequence();
  if (held_->watch) held_->watch->started_at(conflicts_after_);
  read_time_ = held_->moment->time();
  if (!read_only_) begin_with_rows_of_moment();
}

void OpenTransaction::begin_with_rows_of_moment() {
  const PendingRows* const made = held_->moment->rows();
  if (made == nullptr) return;
  held_->rows = *made;
  Status charged = charge(kRowBytes * made->size());
  if (!charged.ok()) doom(std::move(charged));
}

Status OpenTransaction::check() const {
  if (open()) return doom_;
  return {ErrorCode::kNoSuchTransaction, "Transaction has been aborted or committed."};
}

void OpenTransaction::fail(Status why) {
  if (!open()) return;
  failure_ = std::move(why);
  abort();
}

void OpenTransaction::doom(Status why) {
  if (doom_.ok()) doom_ = std::move(why);
}

OpenTransaction::Touched* OpenTransaction::touch(const Namespace& name) {
  std::string full_name = name.to_string();
  const auto there = touched_.find(full_name);
  if (there != touched_.end()) {
    if (lacks_rows(there->second.collection.get()) && !find_again(there->second, name)) {
      return nullptr;
    }
    return &there->second;
  }
  auto found = look_up(name);
  if (!found.ok()) {
    doom(found.take_status());
    return nullptr;
  }
  return &touched_.emplace(std::move(full_name), std::move(*found)).first->second;
}

Result<OpenTransaction::Touched> OpenTransaction::look_up(const Namespace& name) const {
  while (true) {
    catalog_.wait_published();
    const CollectionRef now = catalog_.find(name);
    Touched found{.collection = now};
    // Only after it was looked up: what is seen there was told before.
    if (catalog_.changed_after(name, sequence())) {
      CAIRN_ASSIGN_OR_RETURN(found.collection, find_as_it_was(name));
    }
    if (found.collection == nullptr) return found;
    if (!held_->moment->tells_of(found.collection->keyspace())) {
      return Status(ErrorCode::kSnapshotUnavailable,
                    "Unable to read from a snapshot of that time: what happened to the collection "
                    "around it is not known: " +
                        name.to_string());
    }
    if (read_only_) return found;
    auto use = Catalog::use(*found.collection, until_, kLockPatience);
    if (!use) return kept_by_ddl(name);
    found.use = std::move(*use);
    // A DDL may have come and gone before the use began.
    if (catalog_.find(name) == now) return found;
  }
}

bool OpenTransaction::find_again(Touched& touched, const Namespace& name) {
  auto then = find_as_it_was(name);
  if (then.ok()) {
    touched.collection = std::move(*then);
  } else {
    doom(then.take_status());
  }
  return then.ok();
}

Result<CollectionRef> OpenTransaction::find_as_it_was(const Namespace& name) const {
  const Moment& moment = *held_->moment;
  if (moment.defined_as_stored(name.to_string())) {
    return catalog_.as_of(storage_.at(moment.snapshot()), name);
  }
  return Status(ErrorCode::kSnapshotUnavailable,
                "Unable to read from a snapshot due to pending collection catalog changes; please "
                "retry the operation: " +
                    name.to_string());
}

CollectionRef OpenTransaction::find(const Namespace& name) {
  const Touched* touched = touch(name);
  return touched == nullptr ? nullptr : touched->collection;
}

Status OpenTransaction::lock(std::span<const std::uint64_t> hashes) {
  const LockOptions options{.on_conflict = OnConflict::kFail, .snapshot = conflicts_after_};
  if (held_->locked) {
    CAIRN_RETURN_IF_ERROR(held_->intents.extend(hashes, options));
  } else {
    CAIRN_ASSIGN_OR_RETURN(held_->intents, storage_.intents().lock(hashes, options));
    held_->locked = true;
  }
  return charge(hashes.size() * kIntentBytes);
}

// After the watch began: what is committed from then on is remembered by the table of intents.
Status OpenTransaction::find_changed() {
  constexpr std::size_t kLook = 1024;  // rows, between looks at the interrupt
  const OpKey from(read_time_.value + 1);
  auto& changed = changed_.emplace();
  KeyCursor cursor = storage_.latest().scan(Family::kOplog, {from.view(), {}});
  std::size_t rows = 0;
  for (cursor.seek_first(); cursor.valid(); cursor.next()) {
    if (++rows % kLook == 0) CAIRN_RETURN_IF_ERROR(InterruptScope::check());
    CAIRN_ASSIGN_OR_RETURN(const ChangeRow row, decode_change(cursor.key(), cursor.value()));
    if (!changed.contains(row.change.name)) changed.emplace(row.change.name);
  }
  return cursor.status();
}

Status OpenTransaction::check_unchanged(const Namespace& name) {
  if (!changed_) CAIRN_RETURN_IF_ERROR(find_changed());
  const bool known = storage_.oplog_start() <= read_time_.value + 1;
  if (known && !changed_->contains(name.to_string())) return {};
  return {
      ErrorCode::kWriteConflict,
      "the collection has changed since the time that the transaction reads: " + name.to_string()};
}

Result<Lease> OpenTransaction::lease(const Namespace& name) {
  CAIRN_RETURN_IF_ERROR(check());
  if (read_only_) {
    return Status(ErrorCode::kOperationNotSupportedInTransaction,
                  "a read of a snapshot writes nothing");
  }
  Touched* touched = touch(name);
  if (touched == nullptr) return doom_;
  if (touched->made) return catalog_.enter(touched->collection);
  if (touched->collection == nullptr) {
    return Status(ErrorCode::kNamespaceNotFound, "ns not found: " + name.to_string());
  }
  if (touched->collection->definition().view) return is_a_view(*touched->collection);
  auto lease = catalog_.enter_used(touched->collection);
  if (!lease) return changed_since(name);
  CAIRN_RETURN_IF_ERROR(check_kind(**lease));
  if (behind_ && !touched->written) CAIRN_RETURN_IF_ERROR(check_unchanged(name));
  touched->written = true;
  return std::move(*lease);
}

Result<Lease> OpenTransaction::lease_or_create(const Namespace& name) {
  auto found = lease(name);
  if (found.ok() || found.status().code() != ErrorCode::kNamespaceNotFound) return found;
  CAIRN_ASSIGN_OR_RETURN(const CollectionRef made, create(name, {}));
  return catalog_.enter(made);
}

Result<CollectionRef> OpenTransaction::create(const Namespace& name,
                                              const CreateCollection& request) {
  CAIRN_RETURN_IF_ERROR(check());
  Touched* touched = touch(name);
  if (touched == nullptr) return doom_;
  if (touched->collection != nullptr) {
    return Status(ErrorCode::kNamespaceExists,
                  "Collection already exists. NS: " + name.to_string());
  }
  // Two transactions that make one collection conflict at once.
  const std::uint64_t hash = Catalog::name_hash(name);
  CAIRN_RETURN_IF_ERROR(lock({&hash, 1}));
  WriteUnit unit;
  auto prepared = catalog_.prepare(name, request, unit);
  if (prepared.status().code() == ErrorCode::kNamespaceExists) return changed_since(name);
  if (!prepared.ok()) return prepared;
  *touched = Touched{.collection = *prepared, .made = true};
  CAIRN_RETURN_IF_ERROR(add(unit));
  CAIRN_RETURN_IF_ERROR(check_kind(**prepared));
  return prepared;
}

bool OpenTransaction::made(const CollectionEntry& collection) const {
  const auto touched = touched_.find(collection.full_name());
  return touched != touched_.end() && touched->second.made;
}

Status OpenTransaction::redefine(const CollectionRef& collection, CollectionDefinition definition,
                                 DocumentView command) {
  Touched& touched = touched_.find(collection->full_name())->second;
  WriteUnit unit;
  touched.collection = catalog_.prepare_again(collection, std::move(definition), command, unit);
  return add(unit);
}

Status OpenTransaction::charge(std::uint64_t bytes) {
  charged_ += bytes;
  const std::uint64_t all = budget_.used.fetch_add(bytes) + bytes;
  if (charged_ > std::min<std::uint64_t>(kMaxTransactionBytes, budget_.limit)) {
    return {ErrorCode::kTransactionTooLargeForCache,
            "transaction is too large and will not fit in the storage engine cache"};
  }
  if (all > budget_.limit) {
    return {ErrorCode::kWriteConflict,
            "the open transactions together are too large: this one has to start again"};
  }
  return {};
}

void OpenTransaction::add_row(const WriteUnit::Write& write) {
  using Kind = WriteUnit::Write::Kind;
  WriteUnit& unit = held_->unit;
  switch (write.kind) {
    case Kind::kPut:
      unit.put(write.family, write.key, write.value);
      break;
    case Kind::kRemove:
      unit.remove(write.family, write.key);
      break;
    case Kind::kPutNumbered:
      unit.put_numbered(write.family, write.key, write.value);
      return;
    case Kind::kRemoveRange:
      unit.remove_range(write.family, write.key, write.value);
      return;
  }
  // What only this transaction's commit makes true of the store is not for its reads: whether a
  // row of `meta` is there is asked of the store.
  if (write.family == Family::kMeta) return;
  const WriteUnit::Write& kept = unit.writes().back();
  held_->rows.set(kept.family, kept.key, {kept.value, kept.kind == Kind::kRemove});
}

Status OpenTransaction::add(const WriteUnit& unit) {
  CAIRN_RETURN_IF_ERROR(
      charge(unit.bytes() + kRowBytes * (unit.writes().size() + unit.changes().size())));
  for (const WriteUnit::Write& write : unit.writes()) add_row(write);
  for (Change change : unit.changes()) {
    change.session = session_;
    change.in_transaction = session_.has_value();
    held_->unit.change(change);
  }
  for (const WriteUnit::Count& count : unit.counts()) {
    CountDelta& sum = counts_[count.counters];
    sum.documents += count.delta.documents;
    sum.bytes += count.delta.bytes;
    sum.highest_record_id = std::max(sum.highest_record_id, count.delta.highest_record_id);
  }
  return {};
}

// Leases on all that was written to, still defined as it was then.
Result<std::vector<Lease>> OpenTransaction::enter_written() {
  std::vector<Lease> leases;
  for (const auto& [full_name, touched] : touched_) {
    if (!touched.written) continue;
    auto lease = catalog_.enter_used(touched.collection);
    if (!lease) return changed_since(touched.collection->name());
    note_builds(**lease);
    leases.push_back(std::move(*lease));
  }
  return leases;
}

// A build that has taken its notes since the statements were run must look at the documents again.
void OpenTransaction::note_builds(const CollectionEntry& collection) const {
  const KeyspaceRange range(collection.keyspace());
  for (const IndexEntry& index : collection.maintained_indexes()) {
    if (index.ready()) continue;
    PendingWalk walk(held_->rows.of(Family::kDoc), range.range());
    for (walk.seek_forward(range.range().lower); walk.valid(); walk.next()) {
      index.shared().build_log.note(walk.key());
    }
  }
}

Result<CommitReceipt> OpenTransaction::apply(const std::function<void(WriteUnit&)>& with) {
  CAIRN_ASSIGN_OR_RETURN(const std::vector<Lease> leases, enter_written());
  for (const auto& [counters, delta] : counts_) held_->unit.count(*counters, delta);
  if (with) with(held_->unit);
  std::vector<CollectionRef> made;
  for (const auto& [full_name, touched] : touched_) {
    if (touched.made) made.push_back(touched.collection);
  }
  auto receipt = catalog_.commit(held_->unit, held_->intents, made);
  if (!receipt.ok()) return receipt;
  for (auto& [full_name, touched] : touched_) touched.made = false;  // they are the catalog's now
  return receipt;
}

Result<CommitReceipt> OpenTransaction::commit(const std::function<void(WriteUnit&)>& with) {
  CAIRN_RETURN_IF_ERROR(check());
  if (empty()) {
    abort();
    return CommitReceipt{.first_op = read_time_.value, .last_op = read_time_.value};
  }
  auto receipt = apply(with);
  abort();
  return receipt;
}

void OpenTransaction::abort() {
  if (!open()) return;
  held_.reset();
  for (const auto& [full_name, touched] : touched_) {
    if (touched.made) catalog_.forget(*touched.collection);
  }
  touched_.clear();
  counts_.clear();
  budget_.used.fetch_sub(std::exchange(charged_, 0));
}

}  // namespace cairn
