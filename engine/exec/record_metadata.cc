#include "engine/exec/record_metadata.h"

#include "engine/match/geo/near.h"
#include "engine/storage/keys.h"

namespace cairn::exec {

using expr::MetaKind;

bool shows_id_key(const plan::Plan& plan, const CollectionEntry& collection) {
  return plan.access == plan::Access::kIdRange && !collection.definition().clustered;
}

Value record_id(std::string_view key) {
  constexpr std::size_t kKeyBytes = 12;  // keyspace, record id
  if (key.size() != kKeyBytes) return {};
  return Value::int64(static_cast<std::int64_t>(read_u64(key.substr(key.size() - 8))));
}

Result<RecordMetadata> RecordMetadata::of_query(const expr::MetaUse& asked, const Query& query) {
  const match::Matcher* const matcher = query.matcher;
  RecordMetadata metadata;
  const bool near = asked.asks(MetaKind::kGeoNearDistance) || asked.asks(MetaKind::kGeoNearPoint);
  if (near && matcher != nullptr && matcher->near() != nullptr) metadata.matcher_ = matcher;
  metadata.text_ = matcher != nullptr && matcher->text() != nullptr;
  metadata.score_ = metadata.text_ && asked.asks(MetaKind::kScore);
  metadata.any_ = metadata.text_ || asked.asks_anything();
  metadata.record_id_ = asked.asks(MetaKind::kRecordId);
  metadata.index_key_ = asked.asks(MetaKind::kIndexKey);
  metadata.by_id_ = query.by_id;
  if (asked.asks(MetaKind::kSortKey) && !query.sort.empty() && query.sort["$natural"].missing()) {
    CAIRN_ASSIGN_OR_RETURN(metadata.sort_, SortOrder::parse(query.sort, query.collation));
  }
  return metadata;
}

void RecordMetadata::know_index_key(const Record& record) {
  if (!record.index_key.empty()) {
    metadata_.index_key = Value::document(record.index_key);
  } else if (by_id_) {
    metadata_.index_key = Value::document(document("_id", record.document["_id"]));
  }
}

Result<const expr::Metadata*> RecordMetadata::of(const Record& record) {
  if (!any_) return static_cast<const expr::Metadata*>(nullptr);
  if (text_) metadata_.text_score = known_text_score(record);
  if (score_) metadata_.score = metadata_.text_score;
  if (record_id_) metadata_.record_id = record_id(record.key);
  if (index_key_) know_index_key(record);
  if (matcher_ != nullptr) {
    if (const auto found = matcher_->near()->find(record.document)) {
      metadata_.geo_near_distance = found->distance;
      metadata_.geo_near_point = Value(found->place);
    }
  }
  if (sort_) {
    CAIRN_ASSIGN_OR_RETURN(metadata_.sort_key, sort_->key_values(record.document, &metadata_));
  }
  return &metadata_;
}

}  // namespace cairn::exec
