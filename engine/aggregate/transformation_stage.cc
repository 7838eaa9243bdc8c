#include "engine/aggregate/transformation_stage.h"

#include <string>

namespace cairn::aggregate {
namespace {

class Transformed final : public StreamOver {
 public:
  Transformed(StreamPtr input, const project::Transformation& transformation)
      : StreamOver(std::move(input)), transformation_(transformation) {}

  Result<std::optional<DocumentView>> next(const Interrupt* interrupt) override {
    CAIRN_ASSIGN_OR_RETURN(const std::optional<DocumentView> document, input_->next(interrupt));
    if (!document) return document;
    CAIRN_RETURN_IF_ERROR(check(interrupt));
    evaluation_.begin(*document, input_->metadata());
    CAIRN_ASSIGN_OR_RETURN(const DocumentView made, transformation_.apply(evaluation_, buffer_));
    if (made.size() >= kLargeBytes) CAIRN_RETURN_IF_ERROR(account(made));
    return std::optional<DocumentView>(made);
  }

 private:
  // Large documents take long to make, and few of them pass.
  static constexpr std::size_t kLargeBytes = 64 * 1024;
  static constexpr std::size_t kLookNow = 1 << 20;  // steps

  // A large document stays for as long as later stages take; what it was made of need not.
  Status account(DocumentView made) {
    if (made.data() != reinterpret_cast<const std::uint8_t*>(buffer_.data())) {
      return evaluation_.step(kLookNow);
    }
    evaluation_.begin(DocumentView());
    return held_.hold(buffer_.size());
  }

  Status check(const Interrupt* interrupt) {
    if (interrupt == nullptr || buffer_.size() < kLargeBytes) return Status();
    return interrupt->check();
  }

  const project::Transformation& transformation_;
  expr::Evaluation evaluation_;
  std::string buffer_;
  expr::HeldBytes held_;
};

class TransformationStage final : public Stage {
 public:
  explicit TransformationStage(project::TransformationPtr transformation)
      : transformation_(std::move(transformation)) {}
  Result<StreamPtr> open(StreamPtr input) override {
    return StreamPtr(std::make_unique<Transformed>(std::move(input), *transformation_));
  }

 private:
  project::TransformationPtr transformation_;
};

}  // namespace

StagePtr transformation_stage(project::TransformationPtr transformation) {
  return std::make_unique<TransformationStage>(std::move(transformation));
}

}  // namespace cairn::aggregate
