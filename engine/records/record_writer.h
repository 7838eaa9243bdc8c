// RecordWriter: puts a document's writes, with all its index entries, its change record and the
// collection's totals, into one WriteUnit.
//
// REQUIRES of every caller: a Lease on the collection, and the intents of each document's IdKey,
// from before it was read until the unit is committed; those of the unique keys that come
// (IndexChanges) from before they are checked.
#pragma once

#include "engine/records/index_changes.h"
#include "engine/records/record_key.h"
#include "engine/storage/write_unit.h"

#include <cairn/bson.h>

#include <optional>
#include <string>
#include <string_view>

namespace cairn::records {

// In the document key of a change to a collection that does not find by `_id` (a time-series one):
// the id of the record, since several may have the `_id`.
inline constexpr std::string_view kRecordIdField = "$recordId";

class RecordWriter {
 public:
  // Both outlive the writer.
  RecordWriter(const CollectionEntry& collection, WriteUnit& unit)
      : collection_(collection), unit_(unit) {}

  // Goes into the change record of the writes that follow.
  void set_session(std::optional<SessionStamp> session) { session_ = session; }

  // `document` is borrowed until the commit returns. `changes`: of this document, checked; may be
  // nullptr where the collection has no secondary indexes. `record`: the id of its record, where
  // that is not a new one. REQUIRES: no document has this `_id`, where the collection finds by it.
  void insert(const IdKey& id, DocumentView document, IndexChanges* changes = nullptr,
              std::optional<RecordId> record = std::nullopt);
  // `before` is what `record_key` holds; `after` (borrowed until the commit returns, as
  // `before`) has the same `_id`. `delta`: how they differ, as Update::delta tells it.
  void replace(std::string_view record_key, DocumentView before, DocumentView after,
               std::string_view delta, IndexChanges* changes = nullptr);
  // Error: of an index that cannot be used.
  Status remove(const IdKey& id, std::string_view record_key, DocumentView before);

 private:
  void record_change(Change change, ValueView id, std::string_view record_key);

  const CollectionEntry& collection_;
  WriteUnit& unit_;
  std::optional<SessionStamp> session_;
  std::string scratch_;
  IndexChanges removed_;
};

}  // namespace cairn::records
