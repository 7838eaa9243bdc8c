#include "engine/api/aggregate.h"

#include "engine/aggregate/made_size.h"
#include "engine/aggregate/pipeline.h"
#include "engine/aggregate/view.h"
#include "engine/api/oplog.h"
#include "engine/api/watch.h"
#include "engine/bson/nesting.h"
#include "engine/catalog/view.h"

#include <cairn/limits.h>

namespace cairn::api {
namespace {

// Each stage adds no more levels than its specification has.
int nesting_of(DocumentView prefix, DocumentView stages) {
  int levels = 0;
  for (const DocumentView part : {prefix, stages}) {
    for (const Element& stage : part) {
      levels += nesting_up_to(stage.value.as_document(), kMaxNestingOnWire);
    }
  }
  return levels;
}

// A pipeline's documents, with the pipeline and the environment that its stages borrow from.
class Running final : public CursorSource {
 public:
  explicit Running(aggregate::Environment environment) : environment_(std::move(environment)) {}

  Status open(DocumentView stages) {
    // A view has statistics of its own.
    if (!aggregate::starts_with_stage(stages, "$collStats")) {
      CAIRN_RETURN_IF_ERROR(aggregate::resolve_view(environment_));
    }
    auto pipeline = aggregate::Pipeline::parse(stages, environment_);
    if (!pipeline.ok()) return pipeline.take_status();
    pipeline_.emplace(std::move(*pipeline));
    look_at_depth_ = may_be_too_deep(nesting_of(environment_.prefix, stages));
    CAIRN_ASSIGN_OR_RETURN(stream_, pipeline_->open());
    return Status();
  }

  // Stages may make larger and deeper documents for each other than a user may get.
  Result<std::optional<DocumentView>> next(const Interrupt* interrupt) override {
    auto document = stream_->next(interrupt);
    if (!document.ok() || !document->has_value()) return document;
    if (look_at_depth_) CAIRN_RETURN_IF_ERROR(check_nesting_to_read(**document));
    CAIRN_RETURN_IF_ERROR(aggregate::check_made_size(**document));
    return document;
  }
  void park() override { stream_->park(); }

 private:
  aggregate::Environment environment_;
  std::optional<aggregate::Pipeline> pipeline_;
  aggregate::StreamPtr stream_;
  bool look_at_depth_ = false;
};

}  // namespace

Result<Cursor> aggregate(Engine& engine, const Namespace& name, DocumentView stages,
                         const AggregateOptions& options) {
  const DocumentView asked = options.operation.collation;
  const write::Context context = engine.context(options.operation);
  CollectionRef collection;
  if (watches(stages)) {
    CAIRN_ASSIGN_OR_RETURN(ChangeCursor changes, watch(engine, name, stages, options));
    return std::move(changes.cursor);
  }
  if (name == kOplog) return aggregate_oplog(engine, stages, options);
  if (!name.collection.empty()) {
    CAIRN_RETURN_IF_ERROR(check_namespace(name));
    collection = context.find_readable(name);
  }
  CAIRN_ASSIGN_OR_RETURN(
      expr::Surroundings around,
      expr::Surroundings::of(options.operation.let, asked, engine.last_op_time().timestamp()));
  if (asked.empty() && collection != nullptr) around.collation = collection->collation();
  auto running = std::make_unique<Running>(
      aggregate::Environment{.engine = context,
                             .database = std::string(name.database),
                             .collection = std::string(name.collection),
                             .around = std::move(around),
                             .allow_disk_use = options.allow_disk_use,
                             .bypass_document_validation = options.bypass_document_validation,
                             .hint = Value(options.hint),
                             .let = Document(options.operation.let),
                             .activity = options.activity});
  CAIRN_RETURN_IF_ERROR(running->open(stages));
  return Cursor(std::move(running));
}

}  // namespace cairn::api
