#include "engine/aggregate/pipeline.h"

#include "engine/aggregate/stage.h"

#include <fmt/format.h>

#include <vector>

namespace cairn::aggregate {

struct Pipeline::State {
  Document stages;             // as given; an array's bytes
  Document filter;             // the leading `$match` stages together
  std::vector<StagePtr> rest;  // what the source does not do
  SourceRequest request;
};

namespace {

Result<Element> single_field(const Element& stage) {
  if (!stage.value.is_document()) {
    return Status(ErrorCode::kTypeMismatch,
                  "Each element of the 'pipeline' array must be an object");
  }
  const DocumentView specification = stage.value.as_document();
  if (specification.count() != 1) {
    return Status(location(40323),
                  "A pipeline stage specification object must contain exactly one field.");
  }
  return *specification.begin();
}

struct Named {
  std::string_view name;
  ValueView specification;
  StagePtr stage;
};

Result<std::vector<Named>> parse_all(DocumentView stages, const PipelineOptions& options) {
  std::vector<Named> parsed;
  for (const Element& element : stages) {
    CAIRN_ASSIGN_OR_RETURN(const Element field, single_field(element));
    CAIRN_ASSIGN_OR_RETURN(const StageRow* row, find_stage(field.name));
    CAIRN_ASSIGN_OR_RETURN(StagePtr stage, row->parse(field.value, options));
    parsed.push_back({field.name, field.value, std::move(stage)});
    if (parsed.size() > kMaxPipelineStages) {
      return Status(
          location(7749501),
          fmt::format("Pipeline length must be no longer than {} stages", kMaxPipelineStages));
    }
  }
  return parsed;
}

// Moves the leading stages that a plan can answer out of `parsed` into `request`; gives how many.
class FrontTaker {
 public:
  FrontTaker(const std::vector<Named>& parsed, SourceRequest& request)
      : parsed_(parsed), request_(request) {}

  std::size_t take(Document& filter) {
    take_matches(filter);
    if (next_is("$sort")) request_.sort = parsed_[at_++].specification.as_document();
    if (next_is("$skip")) request_.skip = parsed_[at_++].specification.to_int64_clamped();
    if (next_is("$limit")) request_.limit = parsed_[at_++].specification.to_int64_clamped();
    return at_;
  }

 private:
  bool next_is(std::string_view name) const {
    return at_ < parsed_.size() && parsed_[at_].name == name;
  }

  void take_matches(Document& filter) {
    DocumentBuilder builder;
    const std::size_t first = at_;
    while (next_is("$match")) ++at_;
    if (at_ - first == 1) builder.append_all(parsed_[first].specification.as_document());
    if (at_ - first > 1) {
      builder.begin_array("$and");
      for (std::size_t i = first; i < at_; ++i) builder.push(parsed_[i].specification);
      builder.end();
    }
    filter = builder.take();
    request_.filter = filter;
  }

  const std::vector<Named>& parsed_;
  SourceRequest& request_;
  std::size_t at_ = 0;
};

// The last stage's stream, together with the pipeline that its parts borrow from.
class Running final : public CursorSource {
 public:
  Running(std::shared_ptr<const void> owner, std::unique_ptr<CursorSource> last)
      : owner_(std::move(owner)), last_(std::move(last)) {}
  Result<std::optional<DocumentView>> next(const Interrupt* interrupt) override {
    return last_->next(interrupt);
  }
  void park() override { last_->park(); }

 private:
  std::shared_ptr<const void> owner_;  // type-erased: only its lifetime matters here
  std::unique_ptr<CursorSource> last_;
};

}  // namespace

Pipeline::Pipeline(std::unique_ptr<State> state) : state_(std::move(state)) {}
Pipeline::Pipeline(Pipeline&&) noexcept = default;
Pipeline& Pipeline::operator=(Pipeline&&) noexcept = default;
Pipeline::~Pipeline() = default;

Result<Pipeline> Pipeline::parse(DocumentView stages, const PipelineOptions& options) {
  auto state = std::make_unique<State>();
  state->stages = Document(stages);
  CAIRN_ASSIGN_OR_RETURN(std::vector<Named> parsed, parse_all(state->stages, options));
  if (options.collectionless) {
    if (parsed.empty()) {
      return Status(ErrorCode::kInvalidNamespace,
                    "{aggregate: 1} is not valid for an empty pipeline.");
    }
    return Status(ErrorCode::kInvalidNamespace,
                  fmt::format("{{aggregate: 1}} is not valid for '{}'; a collection is required.",
                              parsed.front().name));
  }
  const std::size_t taken = FrontTaker(parsed, state->request).take(state->filter);
  for (std::size_t i = taken; i < parsed.size(); ++i) {
    state->rest.push_back(std::move(parsed[i].stage));
  }
  return Pipeline(std::move(state));
}

const SourceRequest& Pipeline::source_request() const { return state_->request; }

Result<std::unique_ptr<CursorSource>> Pipeline::run(std::unique_ptr<CursorSource> source) && {
  for (const StagePtr& stage : state_->rest) {
    CAIRN_ASSIGN_OR_RETURN(source, stage->open(std::move(source)));
  }
  std::shared_ptr<const void> owner(std::move(state_));
  return std::unique_ptr<CursorSource>(
      std::make_unique<Running>(std::move(owner), std::move(source)));
}

}  // namespace cairn::aggregate
