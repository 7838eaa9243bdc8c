#include "engine/records/index_changes.h"

#include "engine/records/duplicate_key.h"
#include "engine/records/keys/index_keys.h"
#include "engine/records/vector_log.h"

#include <algorithm>
#include <bit>

namespace cairn::records {
namespace {

// Whether the index may have other keys for `after` than for `before`: false only where all that it
// looks at is the same, byte for byte.
bool touched(const IndexEntry& index, DocumentView before, DocumentView after) {
  if (index.filter() != nullptr || index.wildcard_field()) return true;
  if (index.text() != nullptr && index.text()->touched(before, after)) return true;
  if (index.vectors() != nullptr) return index.vectors()->touched(before, after);
  for (const FieldPath& path : index.paths()) {
    const std::string_view root = path.name(0);
    if (!before.find(root).identical(after.find(root))) return true;
  }
  return false;
}

}  // namespace

void IndexChanges::begin(const CollectionEntry& collection) {
  collection_ = &collection;
  used_ = 0;
  multikey_rows_.clear();
  holder_.clear();
}

IndexChanges::Change& IndexChanges::add(const IndexEntry& index) {
  if (used_ == changes_.size()) changes_.emplace_back();
  Change& change = changes_[used_++];
  change.index = &index;
  change.before.clear();
  change.after.clear();
  return change;
}

Status IndexChanges::insert(const CollectionEntry& collection, DocumentView document) {
  begin(collection);
  for (const IndexEntry& index : collection.maintained_indexes()) {
    Change& change = add(index);
    if (index.ready()) CAIRN_RETURN_IF_ERROR(index_keys(index, document, change.after));
  }
  return Status();
}

Status IndexChanges::replace(const CollectionEntry& collection, DocumentView before,
                             DocumentView after) {
  begin(collection);
  for (const IndexEntry& index : collection.maintained_indexes()) {
    if (!touched(index, before, after)) continue;
    Change& change = add(index);
    if (!index.ready()) continue;
    CAIRN_RETURN_IF_ERROR(index_keys(index, before, change.before));
    CAIRN_RETURN_IF_ERROR(index_keys(index, after, change.after));
  }
  return Status();
}

Status IndexChanges::remove(const CollectionEntry& collection, DocumentView document) {
  begin(collection);
  for (const IndexEntry& index : collection.maintained_indexes()) {
    Change& change = add(index);
    if (index.ready()) CAIRN_RETURN_IF_ERROR(index_keys(index, document, change.before));
  }
  return Status();
}

// Keys of `after` that are not in `before`.
template <typename Visit>
void IndexChanges::for_each_new(const Change& change, Visit&& visit) {
  for_each_difference(
      change.before, change.after, [](IndexKey) {},
      [&](IndexKey key, bool fresh) {
        if (fresh) visit(key);
      });
}

void IndexChanges::add_lock_hashes(std::vector<std::uint64_t>& hashes) {
  for (std::size_t i = 0; i < used_; ++i) {
    const Change& change = changes_[i];
    if (!change.index->refuses_duplicates()) continue;
    for_each_new(change, [&](IndexKey key) {
      hashes.push_back(unique_lock_hash(*change.index, key.key, scratch_));
    });
  }
}

Result<bool> IndexChanges::is_taken(const Change& change, IndexKey key, const Reader& reader,
                                    WriteUnit* earlier) {
  scratch_.clear();
  append_index_key(scratch_, change.index->keyspace(), key.key);
  if (change.index->record_place() == RecordPlace::kInValue) {
    if (earlier != nullptr) {
      if (const auto written = earlier->find(Family::kIdx, scratch_)) return !written->removed;
    }
    PinnedValue value;
    CAIRN_ASSIGN_OR_RETURN(const bool found, reader.get(Family::kIdx, scratch_, value));
    if (found) CAIRN_RETURN_IF_ERROR(note_holder(*change.index, scratch_, value.view()));
    return found;
  }
  // Any row that begins with the key: the document itself has none, for the key is new to it.
  std::string end = scratch_;
  ++end.back();  // the terminator
  KeyCursor rows = reader.scan(Family::kIdx, {scratch_, end});
  rows.seek_first();
  CAIRN_RETURN_IF_ERROR(rows.status());
  if (!rows.valid()) return false;
  CAIRN_RETURN_IF_ERROR(note_holder(*change.index, rows.key(), rows.value()));
  return true;
}

Status IndexChanges::note_holder(const IndexEntry& index, std::string_view key,
                                 std::string_view value) {
  CAIRN_ASSIGN_OR_RETURN(const IndexRow row, read_index_row(*collection_, index, key, value));
  holder_.clear();
  row.append_record_key(*collection_, holder_);
  return Status();
}

Status IndexChanges::note_arrays(const Change& change, const Reader& reader) {
  const KeySet& keys = change.after;
  if (!keys.has_arrays()) return Status();
  Multikey& multikey = change.index->shared().multikey;
  const Keyspace keyspace = change.index->keyspace();
  PinnedValue ignored;
  for (std::size_t field = 0; field < change.index->fields().size(); ++field) {
    if (keys.arrays(field) == 0 || !multikey.set(field, keys.arrays(field))) continue;
    for (Multikey::Components left = keys.arrays(field); left != 0; left &= left - 1) {
      std::string row = Multikey::row_key(keyspace, field, left & -left);
      CAIRN_ASSIGN_OR_RETURN(const bool there, reader.contains(Family::kMeta, row));
      if (there) {
        multikey.stored(field, left & -left);
      } else {
        multikey_rows_.push_back(std::move(row));
      }
    }
  }
  for (const std::string& path : keys.wildcard_arrays()) {
    if (!multikey.set_wildcard(path)) continue;
    std::string row = Multikey::wildcard_row_key(keyspace, path);
    CAIRN_ASSIGN_OR_RETURN(const bool there, reader.contains(Family::kMeta, row));
    if (there) {
      multikey.stored_wildcard(path);
    } else {
      multikey_rows_.push_back(std::move(row));
    }
  }
  return Status();
}

Status IndexChanges::check(const Reader& reader, WriteUnit* earlier) {
  for (std::size_t i = 0; i < used_; ++i) {
    const Change& change = changes_[i];
    if (!change.index->refuses_duplicates()) continue;
    Status status;
    for_each_new(change, [&](IndexKey key) {
      if (!status.ok()) return;
      const Result<bool> taken = is_taken(change, key, reader, earlier);
      if (!taken.ok()) {
        status = taken.status();
      } else if (*taken) {
        status = duplicate_key(*collection_, *change.index, key);
      }
    });
    CAIRN_RETURN_IF_ERROR(std::move(status));
  }
  for (std::size_t i = 0; i < used_; ++i) CAIRN_RETURN_IF_ERROR(note_arrays(changes_[i], reader));
  return Status();
}

void IndexChanges::write(std::string_view record_key, WriteUnit& unit) {
  for (std::size_t i = 0; i < used_; ++i) {
    if (changes_[i].index->ready()) {
      write_change(changes_[i], after_keyspace(record_key), unit);
    } else {
      changes_[i].index->shared().build_log.note(record_key);
    }
  }
  for (const std::string& row : multikey_rows_) unit.put(Family::kMeta, row, {});
}

void IndexChanges::write_change(const Change& change, std::string_view record_id, WriteUnit& unit) {
  bool differs = false;
  bool vectors_differ = false;
  const VectorSpec* vectors = change.index->vectors();
  const bool nested = vectors != nullptr && vectors->nested();
  std::uint32_t elements = 0;
  const auto note = [&](IndexKey key) {
    differs = true;
    vectors_differ = vectors_differ || key.key.front() != kVectorFilterMark;
    if (nested && key.key.size() > 1) {
      elements = std::max(elements, read_u32(key.key.substr(1)) + 1);
    }
  };
  const auto put = [&](IndexKey key, bool) {
    note(key);
    row_.assign(*collection_, *change.index, key, record_id);
    unit.put(change.index->family(), row_.key(), row_.value());
  };
  const auto remove = [&](IndexKey key) {
    note(key);
    row_.assign(*collection_, *change.index, key, record_id);
    unit.remove(change.index->family(), row_.key());
  };
  for_each_difference(change.before, change.after, remove, put);
  // Only what is kept in memory has readers for its log (engine/exec/vector_index.h).
  const bool logged = vectors != nullptr && !collection_->definition().clustered &&
                      (vectors->has_graph() || !vectors->filters().empty());
  if (!logged || !differs) return;
  scratch_.clear();
  append_vector_log(scratch_, change.index->keyspace());
  std::string behind(record_id);
  if (!vectors_differ) behind.push_back(kOnlyFilterChanged);
  if (elements != 0) append_u32(behind += kElementsChanged, elements);
  unit.put_numbered(change.index->family(), scratch_, behind);
}

}  // namespace cairn::records
