#include "engine/transaction/replay.h"

#include "engine/records/index_changes.h"
#include "engine/records/record_key.h"
#include "engine/records/record_writer.h"
#include "engine/storage/change.h"
#include "engine/update/apply_delta.h"

#include <cairn/interrupt_scope.h>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace cairn {
namespace {

using records::stored_document;

// What a row takes in memory besides its bytes.
constexpr std::uint64_t kReplayedRowBytes = 192;
constexpr int kRowsPerCheck = 64;

Status not_as_logged(const ChangeRow& row) {
  return {ErrorCode::kInternalError,
          fmt::format("an earlier state cannot be made: the change {} does not fit it", row.op)};
}

Status log_is_gone() {
  return {ErrorCode::kSnapshotTooOld,
          "Read timestamp is older than the oldest available timestamp: the change log no longer "
          "has what happened since the state before it"};
}

bool is_of_document(ChangeKind kind) {
  return kind == ChangeKind::kInsert || kind == ChangeKind::kUpdate || kind == ChangeKind::kDelete;
}

// Of a collection that does not find by `_id`.
RecordId logged_record(DocumentView document_key) {
  return static_cast<RecordId>(document_key[records::kRecordIdField].to_int64_clamped());
}

// Of commands that change indexes only, documents know nothing; and the indexes of the state before
// are maintained like those of any other (Catalog::as_of).
constexpr std::array<std::string_view, 8> kOfIndexes = {
    "abortIndexBuild", "createIndexes", "createSearchIndexes", "dropIndexes",
    "dropSearchIndex", "reIndex",       "startIndexBuild",     "updateSearchIndex"};

class Replay {
 public:
  Replay(const Storage& storage, const Catalog& catalog, const Snapshot& state,
         MemoryBudget& budget)
      : storage_(storage),
        catalog_(catalog),
        state_(state),
        made_(std::make_unique<ReplayedRows>(budget)) {}

  Status apply(const ChangeRow& row) {
    if (row.change.kind == ChangeKind::kCommand) redefine(row.change);
    if (!is_of_document(row.change.kind)) return Status();
    CAIRN_ASSIGN_OR_RETURN(const CollectionEntry* const collection, find(row.change));
    if (collection == nullptr) return Status();
    unit_.clear();
    Status written = write(*collection, row);
    if (written.ok()) return made_->add(unit_);
    if (!collection->dropped()) return written;
    leave_out(row.change.keyspace);  // its rows go while they are read
    return Status();
  }

  std::unique_ptr<const ReplayedRows> take() { return std::move(made_); }

 private:
  Reader reader() const { return storage_.at(state_).with(made_->rows()); }

  void redefine(const Change& change) {
    const DocumentView command = stored_document(change.document);
    if (command.empty()) return;
    const Element first = *command.begin();
    if (std::ranges::find(kOfIndexes, first.name) != kOfIndexes.end()) return;
    if (first.name == "renameCollection") {
      made_->set_redefined(std::string(first.value.as_string()));
      made_->set_redefined(std::string(command["to"].as_string()));
      return;
    }
    // Those of a database that is dropped are dropped one by one.
    if (!first.value.is_string()) return;
    const std::string_view database = change.name.substr(0, change.name.find('.'));
    made_->set_redefined(fmt::format("{}.{}", database, first.value.as_string()));
  }

  // For good: what is missing now would be missing where the collection can be read again.
  void leave_out(Keyspace collection) {
    made_->set_untold(collection);
    collections_[collection] = nullptr;
  }

  // nullptr: it is left out.
  Result<const CollectionEntry*> find(const Change& change) {
    const auto [at, fresh] = collections_.try_emplace(change.keyspace);
    if (fresh) {
      CAIRN_ASSIGN_OR_RETURN(const Namespace name, parse_namespace(change.name));
      auto found = catalog_.as_of(storage_.at(state_), name);
      if (!found.ok() && found.status().code() != ErrorCode::kSnapshotUnavailable) {
        return found.take_status();
      }
      const bool same = found.ok() && *found != nullptr && (*found)->keyspace() == change.keyspace;
      if (!same) {
        leave_out(change.keyspace);
        return nullptr;
      }
      at->second = std::move(*found);
    }
    return at->second.get();
  }

  Status write(const CollectionEntry& collection, const ChangeRow& row) {
    const Change& change = row.change;
    records::RecordWriter writer(collection, unit_);
    if (change.kind == ChangeKind::kInsert) {
      const DocumentView document = stored_document(change.document);
      id_.assign(collection, document["_id"]);
      CAIRN_ASSIGN_OR_RETURN(const bool there,
                             records::find_record(reader(), collection, id_, record_key_));
      if (there) return not_as_logged(row);
      CAIRN_RETURN_IF_ERROR(changes_.insert(collection, document));
      CAIRN_ASSIGN_OR_RETURN(const std::optional<RecordId> record, record_of(collection, change));
      writer.insert(id_, document, &changes_, record);
      return Status();
    }
    CAIRN_ASSIGN_OR_RETURN(const bool there, find_before(collection, change));
    if (!there) return not_as_logged(row);
    const DocumentView before = stored_document(before_.view());
    if (change.kind == ChangeKind::kDelete) return writer.remove(id_, record_key_, before);
    CAIRN_ASSIGN_OR_RETURN(const DocumentView after, updated(change, before));
    CAIRN_RETURN_IF_ERROR(changes_.replace(collection, before, after));
    writer.replace(record_key_, before, after, {}, &changes_);
    return Status();
  }

  // The document that is changed or deleted.
  Result<bool> find_before(const CollectionEntry& collection, const Change& change) {
    const DocumentView key = stored_document(change.document_key);
    id_.assign(collection, key["_id"]);
    if (collection.finds_by_id()) {
      return records::get_by_id(reader(), collection, id_, record_key_, before_);
    }
    record_key_ = RecordKey(collection.keyspace(), logged_record(key)).view();
    return reader().get(Family::kDoc, record_key_, before_);
  }

  // Where the document that `id_` names lies, or a later one of the same `_id`, which does as well:
  // no other ever has it.
  Result<std::optional<RecordId>> record_of(const CollectionEntry& collection,
                                            const Change& change) {
    if (id_.family() == Family::kDoc) return std::optional<RecordId>();
    if (!collection.finds_by_id()) {
      return std::optional(logged_record(stored_document(change.document_key)));
    }
    CAIRN_ASSIGN_OR_RETURN(const bool there,
                           records::find_record(storage_.latest(), collection, id_, record_key_));
    return there ? std::optional(record_id_of(record_key_)) : std::nullopt;
  }

  Result<DocumentView> updated(const Change& change, DocumentView before) {
    if (!change.document.empty()) return stored_document(change.document);
    CAIRN_RETURN_IF_ERROR(update::apply_delta(before, stored_document(change.update), after_));
    return stored_document(after_);
  }

  const Storage& storage_;
  const Catalog& catalog_;
  const Snapshot& state_;
  std::unique_ptr<ReplayedRows> made_;
  std::unordered_map<Keyspace, CollectionRef> collections_;
  WriteUnit unit_;
  records::IdKey id_;
  records::IndexChanges changes_;
  PinnedValue before_;
  std::string record_key_;
  std::string after_;
};

}  // namespace

void ReplayedRows::set(Family family, std::string_view key, const PendingRow& row) {
  auto& values = values_[static_cast<std::size_t>(family)];
  auto at = values.find(key);
  if (at == values.end()) {
    at = values.emplace(key, std::string()).first;
    bytes_ += kReplayedRowBytes + key.size();
  }
  bytes_ += row.value.size();
  bytes_ -= at->second.size();
  at->second = std::string(row.value);
  rows_.set(family, at->first, {at->second, row.removed});
}

Status ReplayedRows::add(const WriteUnit& unit) {
  const std::uint64_t before = bytes_;
  for (const WriteUnit::Write& write : unit.writes()) {
    const bool put = write.kind == WriteUnit::Write::Kind::kPut;
    if (!put && write.kind != WriteUnit::Write::Kind::kRemove) continue;
    set(write.family, write.key, {put ? write.value : std::string_view(), !put});
  }
  // It may be less than before.
  const std::uint64_t used = budget_.used += bytes_ - before;
  if (used <= budget_.limit) return Status();
  return {ErrorCode::kSnapshotTooOld,
          fmt::format("the state of that time cannot be made: what was written since the one that "
                      "is kept before it takes more memory than {} bytes",
                      budget_.limit)};
}

Result<OpNumber> last_commit(const Storage& storage, OpNumber behind, OpNumber time) {
  const OpKey lower(behind + 1);
  const OpKey upper(time + 1);
  KeyCursor rows = storage.latest().scan(Family::kOplog, {lower.view(), upper.view()},
                                         {.direction = Direction::kBackward});
  for (rows.seek_first(); rows.valid(); rows.next()) {
    CAIRN_ASSIGN_OR_RETURN(const ChangeRow row, decode_change(rows.key(), rows.value()));
    if (row.last_of_commit) return row.op;
  }
  CAIRN_RETURN_IF_ERROR(rows.status());
  return behind;
}

Result<std::unique_ptr<const ReplayedRows>> replay(const Storage& storage, const Catalog& catalog,
                                                   const Snapshot& state, ReplayRange range,
                                                   MemoryBudget& budget) {
  const OpKey lower(range.behind + 1);
  const OpKey upper(range.last + 1);
  KeyCursor rows = storage.latest().scan(Family::kOplog, {lower.view(), upper.view()});
  // What is trimmed from now on is still seen.
  rows.seek_first();
  if (storage.oplog_start() > range.behind + 1) return log_is_gone();
  Replay replay(storage, catalog, state, budget);
  OpNumber seen = range.behind;
  for (int number = 0; rows.valid(); rows.next()) {
    if (++number % kRowsPerCheck == 0) CAIRN_RETURN_IF_ERROR(InterruptScope::check());
    CAIRN_ASSIGN_OR_RETURN(const ChangeRow row, decode_change(rows.key(), rows.value()));
    if (row.previous_op > seen) return log_is_gone();
    seen = row.op;
    CAIRN_RETURN_IF_ERROR(replay.apply(row));
  }
  CAIRN_RETURN_IF_ERROR(rows.status());
  if (seen < range.last) return log_is_gone();
  return replay.take();
}

}  // namespace cairn
