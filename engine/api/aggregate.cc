#include "engine/api/aggregate.h"

#include "engine/aggregate/pipeline.h"
#include "engine/exec/documents.h"
#include "engine/exec/open.h"
#include "engine/exec/still_there.h"
#include "engine/match/matcher.h"
#include "engine/plan/plan.h"

#include <utility>

namespace cairn::api {
namespace {

// No documents: a collection that is not there.
class Nothing final : public CursorSource {
 public:
  Result<std::optional<DocumentView>> next(const Interrupt*) override {
    return std::optional<DocumentView>();
  }
  void park() override {}
};

// The front of a pipeline: what its source request asks, with the filter that the operators borrow.
class Front final : public CursorSource {
 public:
  explicit Front(match::Matcher matcher) : matcher_(std::move(matcher)) {}

  Status open(Storage& storage, const CollectionRef& collection,
              const aggregate::SourceRequest& request, const AggregateOptions& options) {
    CAIRN_ASSIGN_OR_RETURN(
        const plan::Plan plan,
        plan::choose(*collection,
                     {.matcher = &matcher_, .sort = request.sort, .hint = options.hint}));
    CAIRN_ASSIGN_OR_RETURN(
        exec::RecordSourcePtr records,
        exec::open_window(storage.latest(), collection, plan, matcher_,
                          {.sort = request.sort,
                           .skip = request.skip,
                           .limit = request.limit,
                           .spill = options.allow_disk_use ? &storage.spill() : nullptr}));
    collection_ = collection;
    documents_ = exec::documents(std::move(records));
    return Status();
  }

  Result<std::optional<DocumentView>> next(const Interrupt* interrupt) override {
    if (std::exchange(parked_, false)) CAIRN_RETURN_IF_ERROR(exec::still_there(*collection_));
    return documents_->next(interrupt);
  }
  void park() override {
    documents_->park();
    parked_ = true;
  }

 private:
  match::Matcher matcher_;
  CollectionRef collection_;
  bool parked_ = false;
  std::unique_ptr<CursorSource> documents_;
};

aggregate::PipelineOptions pipeline_options(const AggregateOptions& options) {
  return {.let = options.operation.let,
          .collation = options.operation.collation,
          .allow_disk_use = options.allow_disk_use};
}

}  // namespace

Result<Cursor> aggregate(Engine& engine, const Namespace& name, DocumentView stages,
                         const AggregateOptions& options) {
  CAIRN_RETURN_IF_ERROR(check_namespace(name));
  CAIRN_ASSIGN_OR_RETURN(aggregate::Pipeline pipeline,
                         aggregate::Pipeline::parse(stages, pipeline_options(options)));
  const aggregate::SourceRequest& request = pipeline.source_request();
  CAIRN_ASSIGN_OR_RETURN(
      match::Matcher matcher,
      match::Matcher::parse(request.filter, {.let = options.operation.let,
                                             .collation = options.operation.collation}));
  std::unique_ptr<CursorSource> source = std::make_unique<Nothing>();
  if (const CollectionRef collection = engine.catalog().find(name)) {
    auto front = std::make_unique<Front>(std::move(matcher));
    CAIRN_RETURN_IF_ERROR(front->open(engine.storage(), collection, request, options));
    source = std::move(front);
  }
  CAIRN_ASSIGN_OR_RETURN(source, std::move(pipeline).run(std::move(source)));
  return Cursor(std::move(source));
}

Result<Cursor> aggregate_database(DocumentView stages, const AggregateOptions& options) {
  aggregate::PipelineOptions parse_options = pipeline_options(options);
  parse_options.collectionless = true;
  CAIRN_ASSIGN_OR_RETURN(aggregate::Pipeline pipeline,
                         aggregate::Pipeline::parse(stages, parse_options));
  CAIRN_ASSIGN_OR_RETURN(auto source, std::move(pipeline).run(std::make_unique<Nothing>()));
  return Cursor(std::move(source));
}

}  // namespace cairn::api
