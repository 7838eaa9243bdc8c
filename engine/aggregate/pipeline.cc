#include "engine/aggregate/pipeline.h"

#include "engine/aggregate/counted.h"
#include "engine/aggregate/front.h"
#include "engine/aggregate/holding_stage.h"
#include "engine/aggregate/metadata_check.h"
#include "engine/aggregate/random_documents.h"
#include "engine/aggregate/reads.h"
#include "engine/aggregate/rewrite.h"
#include "engine/aggregate/stage.h"
#include "engine/bson/nesting.h"

#include <cairn/interrupt_scope.h>

#include <fmt/format.h>

#include <chrono>
#include <deque>
#include <string>
#include <utility>
#include <vector>

namespace cairn::aggregate {

struct Pipeline::State {
  Document stages;              // as given; an array's bytes
  std::deque<Value> rewritten;  // specifications of stages that were not given
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

// A search looks into the indexes of the collection that the command names.
Status check_search_place(const StageRow& row, const Environment& environment) {
  const Within place = environment.unsearched_here();
  if (place == Within::kLookup) {
    return {location(51047),
            fmt::format("{} is not allowed within a $lookup's sub-pipeline", row.name)};
  }
  if (place == Within::kView) {
    return {ErrorCode::kOptionNotSupportedOnView,
            fmt::format("{} is not allowed in a view's pipeline", row.name)};
  }
  return Status();
}

Status check_surroundings(const StageRow& row, const Environment& environment) {
  if (environment.engine.transaction != nullptr && !row.in_transactions) {
    return {
        ErrorCode::kOperationNotSupportedInTransaction,
        fmt::format("Stage not supported inside of a multi-document transaction: {}", row.name)};
  }
  if (environment.within == Within::kFacet && !row.in_facet) {
    return {location(40600),
            fmt::format("{} is not allowed to be used within a $facet stage", row.name)};
  }
  if (environment.in_facet && row.name == "$facet") {
    return {location(40600),
            "$facet inside of another stage is not allowed to be used within a $facet stage"};
  }
  if (row.name == "$vectorSearch" || row.name == "$listSearchIndexes") {
    CAIRN_RETURN_IF_ERROR(check_search_place(row, environment));
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
  if (row.name == "$geoNear" && index > 0) {
    return {location(40603),
            "$geoNear was not the first stage in the pipeline after optimization. Is optimization "
            "disabled or inhibited?"};
  }
  if ((row.name == "$rankFusion" || row.name == "$scoreFusion") && index > 0) {
    return {location(10170100),
            "$rankFusion/$scoreFusion can only be the first stage of an aggregation pipeline."};
  }
  if (row.place == Place::kFirst && index > 0) {
    return {location(40602),
            fmt::format("{} is only valid as the first stage in a pipeline", row.name)};
  }
  return Status();
}

// Only the first stage can look into an index.
Status check_text(const StageRow& row, ValueView specification, std::size_t index,
                  const Environment& environment) {
  const bool facet = environment.within == Within::kFacet;
  if ((index == 0 && !facet) || row.name != "$match" || !specification.is_document())
    return Status();
  if (!has_text(specification.as_document())) return Status();
  if (index == 0) {  // as MongoDB has it
    return {location(40218), "query requires text score metadata, but it is not available"};
  }
  return {location(17313), "$match with $text is only allowed as the first pipeline stage"};
}

Status check_last(const std::vector<ParsedStage>& parsed) {
  for (std::size_t i = 0; i + 1 < parsed.size(); ++i) {
    if (parsed[i].row->place != Place::kLast) continue;
    return {location(40601),
            fmt::format("{} can only be the final stage in the pipeline", parsed[i].row->name)};
  }
  return Status();
}

// `reached`: how many stages were read without error.
Result<std::vector<ParsedStage>> parse_all(DocumentView stages, Environment& environment,
                                           std::size_t& reached) {
  if (environment.depth > kMaxSubPipelineDepth) {
    return Status(ErrorCode::kMaxSubPipelineDepthExceeded,
                  fmt::format("Maximum number of nested sub-pipelines exceeded. Limit is {}",
                              kMaxSubPipelineDepth));
  }
  std::vector<ParsedStage> parsed;
  int nesting = 0;
  for (const Element& element : stages) {
    CAIRN_ASSIGN_OR_RETURN(const Element field, single_field(element));
    nesting += nesting_up_to(element.value.as_document(), kMaxPipelineNesting);
    if (nesting > kMaxPipelineNesting) {
      return Status(ErrorCode::kOverflow, "the pipeline's stages nest too deeply");
    }
    CAIRN_ASSIGN_OR_RETURN(const StageRow* row, find_stage(field.name));
    CAIRN_RETURN_IF_ERROR(check_surroundings(*row, environment));
    CAIRN_RETURN_IF_ERROR(check_place(*row, parsed.size()));
    CAIRN_RETURN_IF_ERROR(check_text(*row, field.value, parsed.size(), environment));
    CAIRN_ASSIGN_OR_RETURN(StagePtr stage, row->parse(field.value, environment));
    parsed.push_back({row, field.value, std::move(stage)});
    reached = parsed.size();
    if (parsed.size() > kMaxPipelineStages) {
      return Status(
          location(7749501),
          fmt::format("Pipeline length must be no longer than {} stages", kMaxPipelineStages));
    }
  }
  CAIRN_RETURN_IF_ERROR(check_last(parsed));
  return parsed;
}

// MongoDB reads the whole pipeline before it computes constant parts: where the text of a later
// stage is wrong, that is the error.
Result<std::vector<ParsedStage>> parse_text_first(DocumentView stages, Environment& environment) {
  std::size_t reached = 0;
  auto parsed = parse_all(stages, environment, reached);
  if (parsed.ok() || environment.folding == expr::Folding::kWhereItWorks) return parsed;
  std::size_t reached_by_text = 0;
  environment.folding = expr::Folding::kWhereItWorks;
  auto text = parse_all(stages, environment, reached_by_text);
  environment.folding = expr::Folding::kEverywhere;
  return text.ok() || reached_by_text == reached ? std::move(parsed) : std::move(text);
}

// The stages in a better order. Specifications that are new go to `made`.
Status improve(DocumentView stages, Environment& environment, std::deque<Value>& made,
               std::vector<ParsedStage>& parsed) {
  std::vector<ParsedStage> better;
  for (Draft& draft : rewritten(stages)) {
    if (draft.source) {
      better.push_back(std::move(parsed[*draft.source]));
      continue;
    }
    CAIRN_ASSIGN_OR_RETURN(const StageRow* row, find_stage(draft.name));
    const Value& specification = made.emplace_back(std::move(draft.made));
    CAIRN_ASSIGN_OR_RETURN(StagePtr stage, row->parse(specification, environment));
    better.push_back({row, specification, std::move(stage)});
  }
  parsed = std::move(better);
  return Status();
}

// Lets stages from `first` on take over what stands behind them.
void fuse(std::vector<ParsedStage>& parsed, std::size_t first) {
  for (std::size_t i = first; i + 1 < parsed.size();) {
    const ParsedStage& next = parsed[i + 1];
    if (parsed[i].stage->absorb(next.row->name, next.specification)) {
      parsed.erase(parsed.begin() + static_cast<std::ptrdiff_t>(i) + 1);
    } else {
      ++i;
    }
  }
}

// Tells stages what need not be held for those behind them.
void tell_fields(std::vector<ParsedStage>& parsed, std::size_t first) {
  NeededFields needed;
  for (std::size_t i = parsed.size(); i-- > first;) {
    needed = fields_needed(parsed[i].row->name, parsed[i].specification, std::move(needed));
    auto* const holding = dynamic_cast<HoldingStage*>(parsed[i].stage.get());
    if (needed && holding != nullptr) holding->keep_only(FieldSelection(*needed));
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

// What one stream did while it ran for `explain`.
struct StageRun {
  std::int64_t returned = 0;
  std::int64_t nanoseconds = 0;  // with those before it
};

class Watched final : public StreamOver {
 public:
  Watched(StreamPtr input, StageRun& run) : StreamOver(std::move(input)), run_(run) {}
  Result<std::optional<DocumentView>> next(const Interrupt* interrupt) override {
    const auto began = std::chrono::steady_clock::now();
    auto document = input_->next(interrupt);
    run_.nanoseconds += std::chrono::duration_cast<std::chrono::nanoseconds>(
                            std::chrono::steady_clock::now() - began)
                            .count();
    if (document.ok() && document->has_value()) ++run_.returned;
    return document;
  }

 private:
  StageRun& run_;
};

// What a `$group` makes of one document of each group.
Document picked(ValueView group) {
  DocumentBuilder out;
  for (const Element& field : group.as_document()) {
    const bool accumulates = field.name != "_id";
    out.append(field.name, accumulates ? field.value.as_document().begin()->value : field.value);
  }
  return out.take();
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
  CAIRN_ASSIGN_OR_RETURN(Pipeline pipeline, parse_stages(stages, environment));
  fuse(pipeline.state_->parsed, 0);
  tell_fields(pipeline.state_->parsed, 0);
  return pipeline;
}

// Views over views may have very many.
Result<Pipeline> Pipeline::parse_stages(DocumentView stages, Environment& environment) {
  CAIRN_RETURN_IF_ERROR(InterruptScope::check());
  auto state = std::make_unique<State>();
  state->stages = Document(stages);
  state->environment = &environment;
  CAIRN_ASSIGN_OR_RETURN(state->parsed, parse_text_first(state->stages, environment));
  CAIRN_RETURN_IF_ERROR(check_metadata(state->parsed, environment));
  CAIRN_RETURN_IF_ERROR(improve(state->stages, environment, state->rewritten, state->parsed));
  return Pipeline(std::move(state));
}

Result<Pipeline> Pipeline::parse(DocumentView stages, Environment& environment) {
  // A fusion's pipelines read the view, each by itself.
  const bool fuses =
      starts_with_stage(stages, "$rankFusion") || starts_with_stage(stages, "$scoreFusion");
  const bool through_view = !environment.prefix.empty() && !fuses;
  // The view's own stages read what is beneath it.
  const Document prefix = through_view ? std::exchange(environment.prefix, {}) : Document();
  const Document behind_view = through_view ? joined(prefix, stages) : Document();
  auto parsed = parse_stages(through_view ? behind_view.view() : stages, environment);
  if (through_view) environment.prefix = prefix;
  if (!parsed.ok()) return parsed.take_status();
  Pipeline pipeline = std::move(*parsed);
  State& state = *pipeline.state_;
  CAIRN_RETURN_IF_ERROR(check_collection(state.parsed, environment));
  CAIRN_ASSIGN_OR_RETURN(state.front, take_front(state.parsed, environment));
  fuse(state.parsed, state.front.taken);  // what the plan answers stays as it was given
  tell_fields(state.parsed, state.front.taken);
  return pipeline;
}

Result<StreamPtr> Pipeline::open() {
  CAIRN_RETURN_IF_ERROR(InterruptScope::check());
  std::vector<ParsedStage>& stages = state_->parsed;
  if (makes_documents()) return open_from(stages, 0, nullptr);
  const std::size_t taken = state_->front.taken;
  if (taken < stages.size()) {
    StreamPtr counted = open_counted(state_->front, stages[taken], *state_->environment);
    if (counted != nullptr) return open_from(stages, taken + 1, std::move(counted));
    StreamPtr drawn = open_drawn(state_->front, stages[taken], *state_->environment);
    if (drawn != nullptr) return open_from(stages, taken + 1, std::move(drawn));
  }
  CAIRN_ASSIGN_OR_RETURN(StreamPtr source, open_front(state_->front, *state_->environment));
  return open_from(stages, state_->front.taken, std::move(source));
}

// A run of the whole pipeline with its figures: of the front, then of each stage behind it.
struct Pipeline::Watch {
  FrontRun front;
  std::vector<StageRun> stages;
};

Status Pipeline::run_watched(Watch& watch, const Interrupt* interrupt) {
  std::vector<ParsedStage>& stages = state_->parsed;
  const std::size_t first = state_->front.taken;
  watch.stages.resize(stages.size() - first);
  StreamPtr source;
  StageRun front;
  if (!makes_documents()) {
    CAIRN_ASSIGN_OR_RETURN(source,
                           open_front(state_->front, *state_->environment, &watch.front.measures));
    source = std::make_unique<Watched>(std::move(source), front);
  }
  for (std::size_t i = first; i < stages.size(); ++i) {
    CAIRN_ASSIGN_OR_RETURN(source, stages[i].stage->open(std::move(source)));
    source = std::make_unique<Watched>(std::move(source), watch.stages[i - first]);
  }
  CAIRN_RETURN_IF_ERROR(drain(std::move(source), interrupt));
  watch.front.returned = front.returned;
  watch.front.nanoseconds = front.nanoseconds;
  return Status();
}

Status Pipeline::explain(bool run, const Interrupt* interrupt, DocumentBuilder& out) {
  out.append("explainVersion", "1");
  const Front& front = state_->front;
  if (first_shown() == state_->parsed.size() && !makes_documents()) {
    Watch watch;
    if (run) CAIRN_RETURN_IF_ERROR(run_watched(watch, interrupt));
    const FrontRun* front_run = run ? &watch.front : nullptr;
    return explain_front(front, *state_->environment, true, front_run, out).status();
  }
  out.begin_array("stages");
  CAIRN_RETURN_IF_ERROR(explain_stages(run, interrupt, out));
  out.end();
  return Status();
}

Status Pipeline::explain_stages(bool run, const Interrupt* interrupt, DocumentBuilder& out) {
  Watch watch;
  if (run) CAIRN_RETURN_IF_ERROR(run_watched(watch, interrupt));
  const FrontRun* front_run = run ? &watch.front : nullptr;
  const Front& front = state_->front;
  const auto append_run = [&](const StageRun& stage) {
    if (!run) return;
    out.append("nReturned", stage.returned);
    out.append("executionTimeMillisEstimate", stage.nanoseconds / 1'000'000);
  };
  bool steps = false;
  if (!makes_documents()) {
    out.push_document().begin_document("$cursor");
    CAIRN_ASSIGN_OR_RETURN(steps,
                           explain_front(front, *state_->environment, false, front_run, out));
    out.end();
    append_run({watch.front.returned, watch.front.nanoseconds});
    out.end();
  }
  for (std::size_t i = first_shown(); i < state_->parsed.size(); ++i) {
    const ParsedStage& stage = state_->parsed[i];
    out.push_document();
    if (steps && i == front.taken) {
      out.append("$groupByDistinctScan", document("newRoot", picked(stage.specification)));
      if (run) append_run(watch.stages[i - front.taken]);
      out.end();
      continue;
    }
    CAIRN_ASSIGN_OR_RETURN(const bool told, stage.stage->explain_plan(run, out));
    if (!told) out.append(stage.row->name, stage.stage->explained(stage.specification));
    if (run) stage.stage->append_figures(out);
    if (run) append_run(watch.stages[i - front.taken]);
    out.end();
  }
  return Status();
}

// `explain` shows a projection right behind the front as part of the plan.
std::size_t Pipeline::first_shown() const {
  const Front& front = state_->front;
  return front.taken + (front.projection.empty() ? 0 : 1);
}

bool Pipeline::makes_documents() const {
  return !state_->parsed.empty() && state_->parsed.front().row->makes_documents;
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
