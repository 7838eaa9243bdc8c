#include "engine/records/record_writer.h"

namespace cairn::records {
namespace {

// changeStreamPreAndPostImages: whether what was is kept with each change.
bool keeps_images(const CollectionEntry& collection) {
  const ValueView images = collection.definition().options["changeStreamPreAndPostImages"];
  return images.is_document() && images.as_document()["enabled"].truthy();
}

}  // namespace

void RecordWriter::insert(const IdKey& id, DocumentView document, IndexChanges* changes,
                          std::optional<RecordId> record) {
  CountDelta delta{.documents = 1, .bytes = document.size()};
  const Change change{.kind = ChangeKind::kInsert, .document = document.bytes()};
  if (id.family() == Family::kDoc) {
    unit_.put(Family::kDoc, id.key(), document.bytes(), Bytes::kBorrow);
    if (changes != nullptr) changes->write(id.key(), unit_);
    record_change(change, document["_id"], id.key());
  } else {
    if (!record) record = collection_.counters().take_record_ids();
    const RecordKey record_key(collection_.keyspace(), *record);
    unit_.put(Family::kDoc, record_key, document.bytes(), Bytes::kBorrow);
    if (collection_.finds_by_id()) {
      scratch_.clear();
      append_u64(scratch_, *record);
      scratch_.append(id.type_bits());
      unit_.put(Family::kIdx, id.key(), scratch_);
    }
    delta.highest_record_id = *record;
    if (changes != nullptr) changes->write(record_key, unit_);
    record_change(change, document["_id"], record_key);
  }
  unit_.count(collection_.counters(), delta);
}

void RecordWriter::replace(std::string_view record_key, DocumentView before, DocumentView after,
                           std::string_view delta, IndexChanges* changes) {
  unit_.put(Family::kDoc, record_key, after.bytes(), Bytes::kBorrow);
  if (changes != nullptr) changes->write(record_key, unit_);
  const std::int64_t growth = std::int64_t{after.size()} - std::int64_t{before.size()};
  if (growth != 0) unit_.count(collection_.counters(), {.bytes = growth});
  Change change{.kind = ChangeKind::kUpdate, .update = delta};
  std::string with_image;
  if (keeps_images(collection_)) {
    with_image.append(delta.empty() ? DocumentView().bytes() : delta).append(before.bytes());
    change.update = with_image;
    change.document = after.bytes();
  } else if (delta.empty()) {
    change.document = after.bytes();
  }
  record_change(change, after["_id"], record_key);
}

Status RecordWriter::remove(const IdKey& id, std::string_view record_key, DocumentView before) {
  if (!collection_.maintained_indexes().empty()) {
    CAIRN_RETURN_IF_ERROR(removed_.remove(collection_, before));
    removed_.write(record_key, unit_);
  }
  unit_.remove(Family::kDoc, record_key);
  if (collection_.id_index() != nullptr) unit_.remove(Family::kIdx, id.key());
  unit_.count(collection_.counters(), {.documents = -1, .bytes = -std::int64_t{before.size()}});
  Change change{.kind = ChangeKind::kDelete};
  if (keeps_images(collection_)) change.document = before.bytes();
  record_change(change, before["_id"], record_key);
  return Status();
}

void RecordWriter::record_change(Change change, ValueView id, std::string_view record_key) {
  scratch_.clear();
  DocumentBuilder key(scratch_);
  key.append("_id", id);
  if (!collection_.finds_by_id()) {
    key.append(kRecordIdField, static_cast<std::int64_t>(record_id_of(record_key)));
  }
  key.finish();
  change.keyspace = collection_.keyspace();
  change.collection = collection_.uuid();
  change.name = collection_.full_name();
  change.document_key = scratch_;
  change.session = session_;
  change.measurement = collection_.rules().time_series();
  unit_.change(change, Bytes::kBorrow);
}

}  // namespace cairn::records
