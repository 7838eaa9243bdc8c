#include "engine/exec/documents.h"

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
  Projected(RecordSourcePtr input, project::Projection projection)
      : input_(std::move(input)), projection_(std::move(projection)) {}

  Result<std::optional<DocumentView>> next(const Interrupt* interrupt) override {
    auto record = input_->next(interrupt);
    if (!record.ok()) return record.take_status();
    if (*record == nullptr) return std::optional<DocumentView>();
    buffer_.clear();
    DocumentBuilder builder(buffer_);
    evaluation_.begin((*record)->document);
    CAIRN_RETURN_IF_ERROR(projection_.apply(evaluation_, builder));
    builder.finish();
    return std::optional<DocumentView>(
        DocumentView(reinterpret_cast<const std::uint8_t*>(buffer_.data())));
  }
  void park() override { input_->park(); }

 private:
  RecordSourcePtr input_;
  project::Projection projection_;
  expr::Evaluation evaluation_;
  std::string buffer_;
};

}  // namespace

std::unique_ptr<CursorSource> documents(RecordSourcePtr input) {
  return std::make_unique<Documents>(std::move(input));
}

std::unique_ptr<CursorSource> documents(RecordSourcePtr input, project::Projection projection) {
  if (projection.keeps_everything()) return documents(std::move(input));
  return std::make_unique<Projected>(std::move(input), std::move(projection));
}

}  // namespace cairn::exec
