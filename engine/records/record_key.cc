#include "engine/records/record_key.h"

#include "engine/bson/key_string.h"
#include "engine/storage/record_hints.h"

namespace cairn::records {
namespace {

constexpr std::size_t kRecordIdBytes = 8;

Status malformed_entry(const CollectionEntry& collection) {
  return {ErrorCode::kInternalError,
          "malformed entry in the _id index, run `cairn check`: " + collection.full_name()};
}

}  // namespace

void IdKey::assign(const CollectionEntry& collection, ValueView id) {
  key_.clear();
  type_bits_.clear();
  const bool clustered = collection.definition().clustered;
  family_ = clustered ? Family::kDoc : Family::kIdx;
  const IndexDefinition* const index = collection.id_index();
  append_u32(key_, index == nullptr ? collection.keyspace() : index->keyspace);
  key::Encoder encoder(key_, type_bits_);
  encoder.begin(key::Direction::kAscending);
  append_key(id, encoder, collection.collation().get());
  encoder.finish(key::Terminator::kEnd);
}

std::string_view id_entry_type_bits(std::string_view value) {
  return value.substr(std::min(value.size(), kRecordIdBytes));
}

Result<RecordKey> id_entry_record(const CollectionEntry& collection, std::string_view value) {
  if (value.size() < kRecordIdBytes) return malformed_entry(collection);
  return RecordKey(collection.keyspace(), read_u64(value));
}

Result<bool> find_record(const Reader& reader, const CollectionEntry& collection, const IdKey& id,
                         std::string& record_key) {
  if (id.family() == Family::kDoc) {
    record_key.assign(id.key());
    return reader.contains(Family::kDoc, id.key());
  }
  if (!collection.finds_by_id()) return false;
  PinnedValue entry;
  CAIRN_ASSIGN_OR_RETURN(const bool found, reader.get(Family::kIdx, id.key(), entry));
  if (!found) return false;
  CAIRN_ASSIGN_OR_RETURN(const RecordKey key, id_entry_record(collection, entry.view()));
  record_key.assign(key.view());
  return true;
}

namespace {

// The same where a hint leads to the document; false: nobody knows.
Result<bool> get_as_hinted(const Reader& reader, const CollectionEntry& collection, const IdKey& id,
                           std::string& record_key, PinnedValue& document) {
  const RecordId hinted = reader.hints().find(id.lock_hash());
  if (hinted == 0) return false;
  const RecordKey key(collection.keyspace(), hinted);
  CAIRN_ASSIGN_OR_RETURN(const bool found, reader.get(Family::kDoc, key, document));
  if (!found) return false;
  IdKey stored;
  stored.assign(collection, stored_document(document.view())["_id"]);
  if (stored.key() != id.key()) {
    document.reset();
    return false;
  }
  record_key.assign(key.view());
  return true;
}

}  // namespace

Result<bool> get_by_id(const Reader& reader, const CollectionEntry& collection, const IdKey& id,
                       std::string& record_key, PinnedValue& document) {
  if (id.family() == Family::kDoc) {
    record_key.assign(id.key());
  } else if (!collection.finds_by_id()) {
    return false;
  } else {
    CAIRN_ASSIGN_OR_RETURN(const bool hinted,
                           get_as_hinted(reader, collection, id, record_key, document));
    if (hinted) return true;
    CAIRN_ASSIGN_OR_RETURN(const bool found, find_record(reader, collection, id, record_key));
    if (!found) return false;
    reader.hints().remember(id.lock_hash(), record_id_of(record_key));
  }
  return reader.get(Family::kDoc, record_key, document);
}

}  // namespace cairn::records
