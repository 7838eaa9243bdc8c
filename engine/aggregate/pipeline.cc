#include "engine/aggregate/pipeline.h"

#include "engine/aggregate/front.h"
#include "engine/aggregate/stage.h"

#include <fmt/format.h>

#include <string>
#include <vector>

namespace cairn::aggregate {

struct Pipeline::State {
  Document stages;  // as given; an array's bytes
  std::vector<ParsedStage> parsed;
  Front front;
  Environment* environment = nullptr;
};

namespace {

// Of pipelines inside pipelines ($lookup, $unionWith, …).
constexpr int kMaxSubPipelineDepth = 20;

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

Status check_surroundings(const StageRow& row, const Environment& environment) {
  if (environment.within == Within::kFacet && !row.in_facet) {
    return {location(40600),
            fmt::format("{} is not allowed to be used within a $facet stage", row.name)};
  }
  if (environment.in_facet && row.name == "$facet") {
    return {location(40600),
            "$facet inside of another stage is not allowed to be used within a $facet stage"};
  }
  if (row.place != Place::kLast) return Status();
  if (environment.within == Within::kLookup) {
    return {location(51047),
            fmt::format("{} is not allowed within a $lookup's sub-pipeline", row.name)};
  }
  if (environment.within == Within::kUnion) {
    return {location(31441),
            fmt::format("{} is not allowed within a $unionWith's sub-pipeline", row.name)};
  }
  return Status();
}

Status check_place(const StageRow& row, std::size_t index) {
  if (row.place == Place::kFirst && index > 0) {
    return {location(40602),
            fmt::format("{} is only valid as the first stage in a pipeline", row.name)};
  }
  return Status();
}

Status check_last(const std::vector<ParsedStage>& parsed) {
  for (std::size_t i = 0; i + 1 < parsed.size(); ++i) {
    if (parsed[i].row->place != Place::kLast) continue;
    return {location(40601),
            fmt::format("{} can only be the final stage in the pipeline", parsed[i].row->name)};
  }
  return Status();
}

Result<std::vector<ParsedStage>> parse_all(DocumentView stages, Environment& environment) {
  if (environment.depth > kMaxSubPipelineDepth) {
    return Status(location(232),
                  fmt::format("Maximum number of nested sub-pipelines exceeded. Limit is {}",
                              kMaxSubPipelineDepth));
  }
  std::vector<ParsedStage> parsed;
  for (const Element& element : stages) {
    CAIRN_ASSIGN_OR_RETURN(const Element field, single_field(element));
    CAIRN_ASSIGN_OR_RETURN(const StageRow* row, find_stage(field.name));
    CAIRN_RETURN_IF_ERROR(check_surroundings(*row, environment));
    CAIRN_RETURN_IF_ERROR(check_place(*row, parsed.size()));
    CAIRN_ASSIGN_OR_RETURN(StagePtr stage, row->parse(field.value, environment));
    parsed.push_back({row, field.value, std::move(stage)});
    if (parsed.size() > kMaxPipelineStages) {
      return Status(
          location(7749501),
          fmt::format("Pipeline length must be no longer than {} stages", kMaxPipelineStages));
    }
  }
  CAIRN_RETURN_IF_ERROR(check_last(parsed));
  return parsed;
}

// Lets stages take over what stands behind them.
void fuse(std::vector<ParsedStage>& parsed) {
  for (std::size_t i = 0; i + 1 < parsed.size();) {
    const ParsedStage& next = parsed[i + 1];
    if (parsed[i].stage->absorb(next.row->name, next.specification)) {
      parsed.erase(parsed.begin() + static_cast<std::ptrdiff_t>(i) + 1);
    } else {
      ++i;
    }
  }
}

Status check_collection(const std::vector<ParsedStage>& parsed, const Environment& environment) {
  if (!environment.collection.empty()) return Status();
  if (parsed.empty()) {
    return {ErrorCode::kInvalidNamespace, "{aggregate: 1} is not valid for an empty pipeline."};
  }
  if (parsed.front().row->without_collection) return Status();
  return {ErrorCode::kInvalidNamespace,
          fmt::format("{{aggregate: 1}} is not valid for '{}'; a collection is required.",
                      parsed.front().row->name)};
}

Result<StreamPtr> open_from(std::vector<ParsedStage>& stages, std::size_t first, StreamPtr source) {
  for (std::size_t i = first; i < stages.size(); ++i) {
    CAIRN_ASSIGN_OR_RETURN(source, stages[i].stage->open(std::move(source)));
  }
  return source;
}

// Two arrays in a row.
Document joined(DocumentView first, DocumentView second) {
  DocumentBuilder builder;
  std::uint32_t index = 0;
  for (const DocumentView part : {first, second}) {
    for (const Element& element : part) builder.append(std::to_string(index++), element.value);
  }
  return builder.take();
}

}  // namespace

Pipeline::Pipeline(std::unique_ptr<State> state) : state_(std::move(state)) {}
Pipeline::Pipeline(Pipeline&&) noexcept = default;
Pipeline& Pipeline::operator=(Pipeline&&) noexcept = default;
Pipeline::~Pipeline() = default;

Result<Pipeline> Pipeline::parse_over(DocumentView stages, Environment& environment) {
  auto state = std::make_unique<State>();
  state->stages = Document(stages);
  state->environment = &environment;
  CAIRN_ASSIGN_OR_RETURN(state->parsed, parse_all(state->stages, environment));
  fuse(state->parsed);
  return Pipeline(std::move(state));
}

Result<Pipeline> Pipeline::parse(DocumentView stages, Environment& environment) {
  const Document behind_view =
      environment.prefix.empty() ? Document() : joined(environment.prefix, stages);
  CAIRN_ASSIGN_OR_RETURN(
      Pipeline pipeline,
      parse_over(environment.prefix.empty() ? stages : behind_view.view(), environment));
  State& state = *pipeline.state_;
  CAIRN_RETURN_IF_ERROR(check_collection(state.parsed, environment));
  CAIRN_ASSIGN_OR_RETURN(state.front, take_front(state.parsed, environment));
  return pipeline;
}

Result<StreamPtr> Pipeline::open() {
  std::vector<ParsedStage>& stages = state_->parsed;
  if (!stages.empty() && stages.front().row->makes_documents) {
    return open_from(stages, 0, nullptr);
  }
  CAIRN_ASSIGN_OR_RETURN(StreamPtr source, open_front(state_->front, *state_->environment));
  return open_from(stages, state_->front.taken, std::move(source));
}

Result<StreamPtr> Pipeline::open_over(StreamPtr source) {
  return open_from(state_->parsed, 0, std::move(source));
}

bool starts_with_stage(DocumentView stages, std::string_view name) {
  if (stages.empty()) return false;
  const ValueView first = stages.begin()->value;
  return first.is_document() && !first.as_document()[name].missing();
}

}  // namespace cairn::aggregate
