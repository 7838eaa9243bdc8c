#include "engine/api/explain.h"

#include "engine/aggregate/pipeline.h"
#include "engine/aggregate/view.h"
#include "engine/api/watch.h"
#include "engine/bson/sort_pattern.h"
#include "engine/exec/explain.h"
#include "engine/exec/open.h"
#include "engine/exec/select.h"
#include "engine/exec/sort_order.h"
#include "engine/project/projection.h"
#include "engine/update/update.h"

#include <fmt/format.h>

#include <chrono>
#include <functional>

namespace cairn::api {
namespace {

Result<expr::Surroundings> surroundings(Engine& engine, const OperationOptions& operation,
                                        const CollectionRef& collection = nullptr) {
  auto around =
      expr::Surroundings::of(operation.let, operation.collation, engine.last_op_time().timestamp());
  if (around.ok() && operation.collation.empty() && collection != nullptr) {
    around->collation = collection->collation();
  }
  return around;
}

std::int64_t nanoseconds_since(std::chrono::steady_clock::time_point began) {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now() -
                                                              began)
      .count();
}

// A query that is planned, and run if `verbosity` asks for it; `explanation` says the rest.
class Explanation {
 public:
  Explanation(Engine& engine, const Namespace& name, const ExplainedQuery& query,
              const OperationOptions& operation, Verbosity verbosity)
      : engine_(engine), query_(query), operation_(operation), verbosity_(verbosity) {
    full_name_ = fmt::format("{}.{}", name.database, name.collection);
    collection_ = engine.catalog().find(name);
  }

  Status plan() {
    const auto began = std::chrono::steady_clock::now();
    CAIRN_RETURN_IF_ERROR(parse_and_choose());
    planning_nanoseconds_ = nanoseconds_since(began);
    return Status();
  }

  bool runs() const { return verbosity_ != Verbosity::kQueryPlanner; }
  const match::Matcher& matcher() const { return matcher_; }
  const CollectionRef& collection() const { return collection_; }

  // `see` is told of each document.
  Status run(const std::function<Status(DocumentView)>& see) {
    if (collection_ == nullptr) return Status();
    const auto began = std::chrono::steady_clock::now();
    CAIRN_ASSIGN_OR_RETURN(
        const exec::RecordSourcePtr records,
        exec::open_window(view_, collection_, selected_->plan, matcher_,
                          {.sort = query_.sort,
                           .skip = query_.skip,
                           .limit = query_.limit,
                           .spill = query_.allow_disk_use ? &engine_.storage().spill() : nullptr,
                           .measures = &measures_}));
    while (true) {
      CAIRN_ASSIGN_OR_RETURN(const exec::Record* record, records->next(operation_.interrupt));
      if (record == nullptr) break;
      ++seen_;
      CAIRN_RETURN_IF_ERROR(see(record->document));
    }
    nanoseconds_ = nanoseconds_since(began);
    return Status();
  }
  std::int64_t seen() const { return seen_; }

  exec::Explained explained() const {
    return {.full_name = full_name_,
            .collection = collection_.get(),
            .plan = selected_ ? &selected_->plan : nullptr,
            .matcher = &matcher_,
            .sort = query_.sort,
            .skip = query_.skip,
            .limit = query_.limit,
            .projection = query_.distinct.empty() ? query_.projection : distinct_projection_.view(),
            .express = !query_.counts,
            .return_key = query_.return_key,
            .ran = runs() ? &measures_ : nullptr,
            .returned = seen_,
            .nanoseconds = nanoseconds_,
            .planning_nanoseconds = planning_nanoseconds_,
            .all_plans = verbosity_ == Verbosity::kAllPlansExecution,
            .hinted = !query_.hint.missing(),
            .filtered = selected_ && selected_->filtered,
            .trials = selected_ ? selected_->trials : std::vector<exec::Trial>()};
  }

 private:
  Status parse_and_choose() {
    CAIRN_RETURN_IF_ERROR(check_sort());
    CAIRN_ASSIGN_OR_RETURN(const expr::Surroundings around,
                           surroundings(engine_, operation_, collection_));
    CAIRN_ASSIGN_OR_RETURN(matcher_,
                           match::Matcher::parse(query_.filter, {.bindings = &around.bindings,
                                                                 .collation = around.collation}));
    CAIRN_ASSIGN_OR_RETURN(
        const project::Projection project,
        project::Projection::parse(query_.projection, project::Language::kFind, around.scope()));
    CAIRN_RETURN_IF_ERROR(project.check_filter(query_.filter, around));
    if (collection_ == nullptr) return Status();
    return choose(project);
  }

  Status choose(const project::Projection& projection) {
    const auto fields = projection.kept_fields();
    plan::Needs needs = fields ? plan::Needs::kFields : plan::Needs::kDocument;
    if (query_.counts) needs = plan::Needs::kNothing;
    std::vector<FieldPath> wanted_fields = fields.value_or(std::vector<FieldPath>());
    if (query_.return_key) {
      needs = plan::Needs::kFields;
      wanted_fields.clear();
    }
    if (!query_.distinct.empty()) {
      needs = plan::Needs::kFields;
      wanted_fields.assign(1, FieldPath(query_.distinct));
    }
    const std::int64_t wanted = query_.limit > 0 ? query_.skip + query_.limit : 0;
    CAIRN_ASSIGN_OR_RETURN(
        selected_,
        exec::select(view_, collection_,
                     {.matcher = &matcher_,
                      .sort = query_.sort,
                      .hint = query_.hint,
                      .min = query_.min,
                      .max = query_.max,
                      .needs = needs,
                      .fields = &wanted_fields,
                      .distinct = query_.distinct.empty() ? nullptr : &wanted_fields.front(),
                      .distinct_elements = true},
                     {.wanted = wanted,
                      .projection = query_.projection,
                      .remember = false,
                      .interrupt = operation_.interrupt}));
    if (!query_.distinct.empty() && selected_->plan.reads == plan::Needs::kFields) {
      distinct_projection_ = document("_id", 0, query_.distinct, 1);
    }
    return Status();
  }

  Status check_sort() const {
    if (query_.sort.empty() || !query_.sort["$natural"].missing()) return Status();
    return exec::SortOrder::parse(query_.sort, nullptr).status();
  }

  Engine& engine_;
  const ExplainedQuery& query_;
  const OperationOptions& operation_;
  Verbosity verbosity_;
  std::string full_name_;
  CollectionRef collection_;
  match::Matcher matcher_;
  exec::ReadViewPtr view_ = std::make_shared<exec::ReadView>(engine_.storage());
  std::optional<exec::Selected> selected_;
  Document distinct_projection_;  // as a plan that steps from value to value shows it
  exec::WindowMeasures measures_;
  std::int64_t seen_ = 0;
  std::int64_t nanoseconds_ = 0;
  std::int64_t planning_nanoseconds_ = 0;
};

Document written(const exec::Explained& explained) {
  DocumentBuilder out;
  out.append("explainVersion", "1");
  exec::append_explanation(explained, out);
  return out.take();
}

Status ignore(DocumentView) { return Status(); }

}  // namespace

Result<Document> explain_find(Engine& engine, const Namespace& name, const ExplainedQuery& query,
                              const OperationOptions& operation, Verbosity verbosity) {
  Explanation explanation(engine, name, query, operation, verbosity);
  CAIRN_RETURN_IF_ERROR(explanation.plan());
  if (explanation.runs()) CAIRN_RETURN_IF_ERROR(explanation.run(ignore));
  return written(explanation.explained());
}

Result<Document> explain_count(Engine& engine, const Namespace& name, const ExplainedQuery& query,
                               const OperationOptions& operation, Verbosity verbosity) {
  Explanation explanation(engine, name, query, operation, verbosity);
  CAIRN_RETURN_IF_ERROR(explanation.plan());
  const bool from_counters = explanation.collection() != nullptr && query.hint.missing() &&
                             explanation.matcher().matches_everything();
  if (explanation.runs() && !from_counters) CAIRN_RETURN_IF_ERROR(explanation.run(ignore));
  exec::Explained explained = explanation.explained();
  explained.top = from_counters ? "RECORD_STORE_FAST_COUNT" : "COUNT";
  const std::int64_t counted =
      from_counters ? explanation.collection()->counters().documents() : explanation.seen();
  explained.top_figures =
      document("nCounted", static_cast<std::int32_t>(counted), "nSkipped", std::int32_t{0});
  explained.returned = 0;
  explained.top_alone = from_counters;
  return written(explained);
}

Result<Document> explain_update(Engine& engine, const Namespace& name,
                                const UpdateStatement& statement, const OperationOptions& operation,
                                Verbosity verbosity) {
  const ExplainedQuery query{.filter = statement.filter,
                             .sort = statement.sort,
                             .limit = statement.multi ? 0 : 1,
                             .hint = statement.hint};
  Explanation explanation(engine, name, query, operation, verbosity);
  CAIRN_RETURN_IF_ERROR(explanation.plan());
  CAIRN_ASSIGN_OR_RETURN(const expr::Surroundings around, surroundings(engine, operation));
  CAIRN_ASSIGN_OR_RETURN(
      const update::Update update,
      update::Update::parse(statement.update, {.array_filters = statement.array_filters,
                                               .collation = around.collation,
                                               .bindings = &around.bindings,
                                               .constants = statement.constants,
                                               .multi = statement.multi,
                                               .upsert = statement.upsert}));
  std::int64_t modified = 0;
  std::string buffer;
  const auto apply = [&](DocumentView document) -> Status {
    const update::ApplyContext context{.now = Date::now(),
                                       .cluster_time = engine.last_op_time().timestamp(),
                                       .matcher = &explanation.matcher()};
    CAIRN_ASSIGN_OR_RETURN(const bool changes, update.apply(document, context, buffer));
    modified += changes ? 1 : 0;
    return Status();
  };
  if (explanation.runs()) CAIRN_RETURN_IF_ERROR(explanation.run(apply));
  exec::Explained explained = explanation.explained();
  explained.top = "UPDATE";
  explained.express = !statement.upsert;
  const bool inserts = statement.upsert && explanation.seen() == 0;
  explained.top_figures =
      document("nMatched", static_cast<std::int32_t>(explanation.seen()), "nWouldModify",
               static_cast<std::int32_t>(modified), "nWouldUpsert", std::int32_t{inserts ? 1 : 0});
  explained.limit = 0;
  explained.returned = 0;
  return written(explained);
}

Result<Document> explain_remove(Engine& engine, const Namespace& name, const ExplainedQuery& query,
                                const OperationOptions& operation, Verbosity verbosity) {
  Explanation explanation(engine, name, query, operation, verbosity);
  CAIRN_RETURN_IF_ERROR(explanation.plan());
  if (explanation.runs()) CAIRN_RETURN_IF_ERROR(explanation.run(ignore));
  exec::Explained explained = explanation.explained();
  explained.top = query.limit == 0 ? "BATCHED_DELETE" : "DELETE";
  explained.top_figures = document("nWouldDelete", static_cast<std::int32_t>(explanation.seen()));
  explained.limit = 0;
  explained.returned = 0;
  return written(explained);
}

Result<Document> explain_aggregate(Engine& engine, const Namespace& name, DocumentView pipeline,
                                   const AggregateOptions& options, Verbosity verbosity) {
  if (watches(pipeline)) return explain_watch(engine, name, pipeline, options);
  CAIRN_ASSIGN_OR_RETURN(expr::Surroundings around, surroundings(engine, options.operation));
  aggregate::Environment environment{.engine = engine.context(),
                                     .database = std::string(name.database),
                                     .collection = std::string(name.collection),
                                     .around = std::move(around),
                                     .allow_disk_use = options.allow_disk_use,
                                     .explaining = true,
                                     .hint = Value(options.hint),
                                     .activity = options.activity};
  CAIRN_RETURN_IF_ERROR(aggregate::resolve_view(environment));
  CAIRN_ASSIGN_OR_RETURN(aggregate::Pipeline parsed,
                         aggregate::Pipeline::parse(pipeline, environment));
  DocumentBuilder out;
  CAIRN_RETURN_IF_ERROR(
      parsed.explain(verbosity != Verbosity::kQueryPlanner, options.operation.interrupt, out));
  return out.take();
}

}  // namespace cairn::api
