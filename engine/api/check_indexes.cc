#include "engine/api/check_indexes.h"

#include "engine/records/keys/index_keys.h"
#include "engine/records/vector_log.h"

#include <fmt/format.h>

namespace cairn::api {

IndexCheck::IndexCheck(const CollectionEntry& collection, const Reader& reader,
                       const Problem& problem)
    : collection_(collection), reader_(reader), problem_(problem) {
  for (const IndexEntry& index : collection.maintained_indexes()) {
    // What is being built is whole only when it is ready.
    if (index.ready()) expected_.push_back({.index = &index});
  }
}

void IndexCheck::document(std::string_view record_key, DocumentView document) {
  for (Expected& expected : expected_) {
    const Status status = records::index_keys(*expected.index, document, keys_);
    if (!status.ok()) {
      problem_(*expected.index, fmt::format("cannot have the document with _id {}: {}",
                                            to_json(document["_id"]), status.message()));
      continue;
    }
    expected.entries += static_cast<std::int64_t>(keys_.size());
    for (std::size_t i = 0; i < keys_.size(); ++i) {
      check_row(*expected.index, record_key, keys_[i]);
    }
    check_arrays(*expected.index);
  }
}

void IndexCheck::check_row(const IndexEntry& index, std::string_view record_key,
                           records::IndexKey key) {
  row_.assign(collection_, index, key, after_keyspace(record_key));
  PinnedValue value;
  const auto found = reader_.get(index.family(), row_.key(), value);
  if (!found.ok()) {
    return problem_(index, std::string(found.status().message()));
  }
  if (*found && value.view() == row_.value()) return;
  problem_(index, *found ? "has another entry in the place of a document's"
                         : "misses an entry of a document");
}

void IndexCheck::check_arrays(const IndexEntry& index) {
  if (!keys_.has_arrays()) return;
  bool known = true;
  for (std::size_t field = 0; field < index.fields().size(); ++field) {
    known = known && (keys_.arrays(field) & ~index.multikey().components(field)) == 0;
  }
  for (const std::string& path : keys_.wildcard_arrays()) {
    known = known && index.multikey().wildcard(path) != 0;
  }
  if (known) return;
  problem_(index, "does not know of an array in a document");
}

std::int64_t IndexCheck::count_rows(const IndexEntry& index) {
  std::int64_t rows = 0;
  std::string previous;
  const KeyspaceRange range(index.keyspace());
  // Behind the entries of a search index.
  const std::string manifest = records::vector_manifest_key(index.keyspace());
  const KeyRange entries{range.range().lower,
                         index.kind() == IndexKind::kVector ? manifest : range.range().upper};
  KeyCursor cursor = reader_.scan(index.family(), entries, {.fill_cache = false});
  for (cursor.seek_first(); cursor.valid(); cursor.next()) {
    ++rows;
    const auto row = records::read_index_row(collection_, index, cursor.key(), cursor.value());
    if (!row.ok()) {
      problem_(index, std::string(row.status().message()));
      break;
    }
    if (index.unique() && row->components == previous) {
      problem_(index, "is unique and has a key twice");
    }
    previous.assign(row->components);
  }
  if (!cursor.status().ok()) problem_(index, std::string(cursor.status().message()));
  return rows;
}

std::int64_t IndexCheck::finish() {
  std::int64_t all = 0;
  for (const Expected& expected : expected_) {
    const std::int64_t rows = count_rows(*expected.index);
    all += rows;
    if (rows == expected.entries) continue;
    problem_(*expected.index,
             fmt::format("has {} entries, its documents make {}", rows, expected.entries));
  }
  return all;
}

}  // namespace cairn::api
