#include "engine/exec/documents.h"

#include "engine/bson/nesting.h"

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
    CAIRN_ASSIGN_OR_RETURN(const expr::Metadata* metadata, shown_.metadata.of(record));
    evaluation_.begin(record.document, metadata);
    return projection_.apply(evaluation_, out, shown_.matcher);
  }

  RecordSourcePtr input_;
  project::Projection projection_;
  Shown shown_;
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
