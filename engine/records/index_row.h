// IndexRow: one entry of an index as it is stored in `idx`.
//
//   kInKey    keyspace | KS(v1)..KS(vn), end | record id  ->  type bits
//   kInValue  keyspace | KS(v1)..KS(vn), end              ->  record id, type bits
//
// The record id is what follows the keyspace in the document's key in `doc`: 8 bytes, or, in a
// clustered collection, KS(_id) with its end. There its length stands first in the value, in 4
// bytes, big-endian.
#pragma once

#include "engine/catalog/collection.h"
#include "engine/records/keys/key_set.h"
#include "engine/storage/keys.h"

#include <cairn/bson.h>
#include <cairn/status.h>

#include <string>
#include <string_view>

namespace cairn::records {

// Writes rows. Reusable without allocation; what it gives is valid until the next call.
class IndexRowWriter {
 public:
  // `record_id`: without a keyspace.
  void assign(const CollectionEntry& collection, const IndexEntry& index, IndexKey key,
              std::string_view record_id);
  std::string_view key() const { return key_; }
  std::string_view value() const { return value_; }

 private:
  std::string key_;
  std::string value_;
};

// An entry read back: views into its key and value.
struct IndexRow {
  std::string_view components;  // KS(v1)..KS(vn), end: what `decode_key` reads
  std::string_view type_bits;
  std::string_view record_id;

  // The document's key in `doc`.
  void append_record_key(const CollectionEntry& collection, std::string& out) const {
    append_u32(out, collection.keyspace());
    out.append(record_id);
  }
};

// `key`: with its keyspace. Error: InternalError where the entry is malformed.
Result<IndexRow> read_index_row(const CollectionEntry& collection, const IndexEntry& index,
                                std::string_view key, std::string_view value);

// By which writers of a key that must stay unique lock each other out.
inline std::uint64_t unique_lock_hash(const IndexEntry& index, std::string_view components,
                                      std::string& scratch) {
  scratch.clear();
  append_index_key(scratch, index.keyspace(), components);
  return key_hash(Family::kIdx, scratch);
}

}  // namespace cairn::records
