// Record keys: where a document lies (`doc`), and the entry of the `_id` index that leads there
// (`idx`).
//
// A collection stores its documents either under rising record ids, with an `_id` index beside (the
// default), or under their `_id` itself (`clusteredIndex`). This file is the only one that tells
// the two apart.
#pragma once

#include "engine/catalog/collection.h"
#include "engine/storage/keys.h"
#include "engine/storage/reader.h"

#include <cairn/bson.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace cairn::records {

// The key that an `_id` takes up in a collection: of its index entry, or of the document itself
// where the collection is clustered. Two documents have the same one exactly if their `_id`s are
// equal. In a time-series collection nothing is stored under it; it only locks. Reusable without
// allocation.
class IdKey {
 public:
  void assign(const CollectionEntry& collection, ValueView id);
  Family family() const { return family_; }
  std::string_view key() const { return key_; }
  // What distinguishes equal `_id`s of different types (1 and 1.0); stored in the entry's value.
  std::string_view type_bits() const { return type_bits_; }
  // By which writers of this document lock each other out.
  std::uint64_t lock_hash() const { return key_hash(family_, key_); }

 private:
  Family family_ = Family::kIdx;
  std::string key_;
  std::string type_bits_;
};

// The value of an `_id` index entry: record id (8 bytes, big-endian), type bits.
std::string_view id_entry_type_bits(std::string_view value);
// The document's key from its index entry's value. Error: InternalError where the entry is
// malformed.
Result<RecordKey> id_entry_record(const CollectionEntry& collection, std::string_view value);

// The key in `doc` of the document that `id` names, or false, as always where the collection does
// not find by `_id`. `record_key` is overwritten.
Result<bool> find_record(const Reader& reader, const CollectionEntry& collection, const IdKey& id,
                         std::string& record_key);
// The document that `id` names, in one step; `record_key` is its key.
Result<bool> get_by_id(const Reader& reader, const CollectionEntry& collection, const IdKey& id,
                       std::string& record_key, PinnedValue& document);

// Bytes that storage gave as a document.
inline DocumentView stored_document(std::string_view bytes) {
  return DocumentView(reinterpret_cast<const std::uint8_t*>(bytes.data()));
}

}  // namespace cairn::records
