// $project: keeps, drops and computes fields.
#include "engine/aggregate/stage.h"
#include "engine/project/projection.h"

#include <string>

namespace cairn::aggregate {
namespace {

class ProjectSource final : public StreamOver {
 public:
  ProjectSource(StreamPtr input, const project::Projection& projection)
      : StreamOver(std::move(input)), projection_(projection) {}

  Result<std::optional<DocumentView>> next(const Interrupt* interrupt) override {
    CAIRN_ASSIGN_OR_RETURN(const std::optional<DocumentView> document, input_->next(interrupt));
    if (!document) return document;
    buffer_.clear();
    DocumentBuilder builder(buffer_);
    evaluation_.begin(*document, input_->metadata());
    CAIRN_RETURN_IF_ERROR(projection_.apply(evaluation_, builder));
    builder.finish();
    return std::optional<DocumentView>(
        DocumentView(reinterpret_cast<const std::uint8_t*>(buffer_.data())));
  }

 private:
  const project::Projection& projection_;
  expr::Evaluation evaluation_;
  std::string buffer_;
};

class Project final : public Stage {
 public:
  explicit Project(project::Projection projection) : projection_(std::move(projection)) {}
  Result<StreamPtr> open(StreamPtr input) override {
    return StreamPtr(std::make_unique<ProjectSource>(std::move(input), projection_));
  }

 private:
  project::Projection projection_;
};

Result<StagePtr> parse_project(ValueView specification, Environment& environment) {
  if (!specification.is_document()) {
    return Status(location(15969), "$project specification must be an object");
  }
  CAIRN_ASSIGN_OR_RETURN(
      project::Projection projection,
      project::Projection::parse(specification.as_document(), project::Language::kAggregate,
                                 environment.scope()));
  return StagePtr(std::make_unique<Project>(std::move(projection)));
}

}  // namespace

extern const StageRow row_project{"$project", parse_project};

}  // namespace cairn::aggregate
