#include "engine/write/capped.h"

#include "engine/storage/keys.h"

namespace cairn::write {

Result<CappedRoom> CappedRoom::open(Context& context, const CollectionEntry& collection) {
  CappedRoom room(context, collection);
  const KeyspaceKey key(collection.keyspace());
  const std::uint64_t hash = key_hash(Family::kDoc, key.view());
  CAIRN_ASSIGN_OR_RETURN(room.turn_, lock_documents(context, {&hash, 1}));
  return room;
}

Status CappedRoom::make(std::uint32_t bytes) {
  victims_.clear();
  // One that is larger than the whole collection stays alone in it.
  const CappedLimits limits = *collection_->rules().capped;
  std::int64_t documents = collection_->counters().documents() + 1;
  std::int64_t total = collection_->counters().bytes() + bytes;
  const auto full = [&] {
    return total > limits.bytes || (limits.documents > 0 && documents > limits.documents);
  };
  if (!full()) return Status();
  const KeyspaceRange range(collection_->keyspace());
  KeyCursor oldest = context_->storage.latest().scan(Family::kDoc, range.range());
  seek_oldest(oldest, range);
  for (; oldest.valid() && full(); oldest.next()) {
    const DocumentView document = records::stored_document(oldest.value());
    Victim& victim = victims_.emplace_back();
    victim.id.assign(*collection_, document["_id"]);
    victim.record_key.assign(oldest.key());
    total -= document.size();
    --documents;
  }
  return oldest.status();
}

// Record ids only rise, so nothing comes to be below what was once the oldest: the removed rows
// there, of which a full collection has more with every insert, need not be walked over again.
void CappedRoom::seek_oldest(KeyCursor& cursor, const KeyspaceRange& range) {
  std::string& known = collection_->oldest_record();
  if (known.starts_with(range.range().lower)) {
    cursor.seek(known);
  } else {
    cursor.seek_first();
  }
  if (cursor.valid()) known.assign(cursor.key());
}

void CappedRoom::add_hashes(std::vector<std::uint64_t>& hashes) const {
  for (const Victim& victim : victims_) hashes.push_back(victim.id.lock_hash());
}

Status CappedRoom::remove(records::RecordWriter& writer) {
  for (Victim& victim : victims_) {
    CAIRN_ASSIGN_OR_RETURN(const bool there, context_->storage.latest().get(
                                                 Family::kDoc, victim.record_key, victim.document));
    if (!there) continue;
    CAIRN_RETURN_IF_ERROR(writer.remove(victim.id, victim.record_key,
                                        records::stored_document(victim.document.view())));
  }
  return Status();
}

}  // namespace cairn::write
