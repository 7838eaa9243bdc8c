#include "engine/exec/documents.h"

#include "engine/bson/nesting.h"
#include "engine/match/geo/near.h"
#include "engine/storage/keys.h"

namespace cairn {

// Here, in the lowest layer that has cursors of its own.
Status CursorSource::wait(Interrupt::Clock::time_point, const Interrupt*) { return Status(); }

}  // namespace cairn

namespace cairn::exec {
namespace {

class Documents final : public CursorSource {
 public:
  explicit Documents(RecordSourcePtr input) : input_(std::move(input)) {}

  Result<std::optional<DocumentView>> next(const Interrupt* interrupt) override {
    auto record = input_->next(interrupt);
    if (!record.ok()) return record.take_status();
    if (*record == nullptr) return std::optional<DocumentView>();
    return std::optional<DocumentView>((*record)->document);
  }
  void park() override { input_->park(); }

 private:
  RecordSourcePtr input_;
};

// The record id at the end of a record's key; missing in a clustered collection, whose keys end in
// `_id`.
Value record_id(std::string_view key) {
  constexpr std::size_t kKeyBytes = 12;  // keyspace, record id
  if (key.size() != kKeyBytes) return {};
  return Value::int64(static_cast<std::int64_t>(read_u64(key.substr(key.size() - 8))));
}

class Projected final : public CursorSource {
 public:
  Projected(RecordSourcePtr input, project::Projection projection, Shown shown)
      : input_(std::move(input)), projection_(std::move(projection)), shown_(std::move(shown)) {}

  Result<std::optional<DocumentView>> next(const Interrupt* interrupt) override {
    auto record = input_->next(interrupt);
    if (!record.ok()) return record.take_status();
    if (*record == nullptr) return std::optional<DocumentView>();
    buffer_.clear();
    DocumentBuilder builder(buffer_);
    if (shown_.key_only) {
      if (shown_.by_id) builder.append("_id", (*record)->document["_id"]);
      builder.append_all((*record)->index_key);
    } else {
      CAIRN_RETURN_IF_ERROR(project(**record, builder));
    }
    if (shown_.record_id) builder.append("$recordId", record_id((*record)->key).view());
    builder.finish();
    const DocumentView document(reinterpret_cast<const std::uint8_t*>(buffer_.data()));
    if (shown_.look_at_depth) CAIRN_RETURN_IF_ERROR(check_nesting_to_read(document));
    return std::optional<DocumentView>(document);
  }
  void park() override { input_->park(); }

 private:
  Status project(const Record& record, DocumentBuilder& out) {
    for (const project::Meta meta : projection_.metas()) {
      CAIRN_RETURN_IF_ERROR(know(meta, record));
    }
    const bool knows = know_text(record) || !projection_.metas().empty();
    evaluation_.begin(record.document, knows ? &metadata_ : nullptr);
    return projection_.apply(evaluation_, out, shown_.matcher);
  }

  Status know(project::Meta meta, const Record& record) {
    switch (meta) {
      case project::Meta::kGeoNearDistance:
      case project::Meta::kGeoNearPoint:
        if (const auto found = shown_.matcher->near()->find(record.document)) {
          metadata_.geo_near_distance = found->distance;
          metadata_.geo_near_point = Value(found->place);
        }
        break;
      case project::Meta::kIndexKey:
        if (!record.index_key.empty()) metadata_.index_key = Value::document(record.index_key);
        break;
      case project::Meta::kRecordId:
        metadata_.record_id = record_id(record.key);
        break;
      case project::Meta::kSortKey:
        if (shown_.sort) return know_sort_key(record.document);
        if (shown_.by_score) know_score_key(record);
        break;
      default:
        break;
    }
    return Status();
  }

  // Whether the query has a `$text`.
  bool know_text(const Record& record) {
    if (shown_.matcher == nullptr || shown_.matcher->text() == nullptr) return false;
    metadata_.text_score = known_text_score(record);
    return true;
  }

  void know_score_key(const Record& record) {
    DocumentBuilder array;
    if (record.text_score) {
      array.push(*record.text_score);
    } else {
      array.push(Value::null().view());
    }
    metadata_.sort_key = array.take_array();
  }

  Status know_sort_key(DocumentView document) {
    SortPattern::KeyView key;
    CAIRN_RETURN_IF_ERROR(shown_.sort->find_key(document, key));
    DocumentBuilder array;
    for (std::size_t i = 0; i < shown_.sort->size(); ++i) array.push(key[i]);
    metadata_.sort_key = array.take_array();
    return Status();
  }

  RecordSourcePtr input_;
  project::Projection projection_;
  Shown shown_;
  expr::Metadata metadata_;
  expr::Evaluation evaluation_;
  std::string buffer_;
};

}  // namespace

std::unique_ptr<CursorSource> documents(RecordSourcePtr input) {
  return std::make_unique<Documents>(std::move(input));
}

std::unique_ptr<CursorSource> documents(RecordSourcePtr input, project::Projection projection,
                                        Shown shown) {
  if (projection.keeps_everything() && !shown.record_id && !shown.key_only) {
    return documents(std::move(input));
  }
  return std::make_unique<Projected>(std::move(input), std::move(projection), std::move(shown));
}

}  // namespace cairn::exec
