#include "engine/api/watch.h"

#include "engine/aggregate/pipeline.h"
#include "engine/api/events_wanted.h"
#include "engine/catalog/view.h"
#include "engine/changes/split_event.h"
#include "engine/changes/watch_request.h"
#include "engine/changes/watcher.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

namespace cairn::api {
namespace {

constexpr std::string_view kStage = "$changeStream";

// The stages that events may pass.
constexpr std::string_view kAllowed[] = {"$match",       "$project",     "$addFields", "$set",
                                         "$replaceRoot", "$replaceWith", "$redact",    "$unset"};

Status check_stage(const Element& stage) {
  if (!stage.value.is_document() || stage.value.as_document().empty()) return Status();
  const std::string_view name = stage.value.as_document().begin()->name;
  if (std::ranges::find(kAllowed, name) != std::end(kAllowed)) return Status();
  return {ErrorCode::kIllegalOperation,
          fmt::format("{} is not permitted in a $changeStream pipeline", name)};
}

// An array of all stages but the first.
Document rest_of(DocumentView stages) {
  DocumentBuilder rest;
  std::uint32_t index = 0;
  for (auto stage = ++stages.begin(); !stage.at_end(); ++stage) {
    rest.append(std::to_string(index++), stage->value);
  }
  return rest.take();
}

constexpr std::string_view kSplit = "$changeStreamSplitLargeEvent";

// Errors: Location7182802 (it is not the last stage), Location7182800 (it has options).
Result<bool> ends_in_split(DocumentView stages) {
  bool found = false;
  for (const Element& stage : stages) {
    if (found) {
      return Status(location(7182802),
                    fmt::format("{} must be the last stage in the pipeline", kSplit));
    }
    if (!stage.value.is_document()) continue;
    const ValueView specification = stage.value.as_document()[kSplit];
    found = !specification.missing();
    if (!found || (specification.is_document() && specification.as_document().empty())) continue;
    return Status(location(7182800), fmt::format("{} spec should be an empty object", kSplit));
  }
  return found;
}

Document without_last(DocumentView stages) {
  DocumentBuilder kept;
  for (const Element& stage : stages) {
    if (stage.value.as_document()[kSplit].missing()) kept.append(stage.name, stage.value);
  }
  return kept.take();
}

class Events final : public aggregate::Stream {
 public:
  explicit Events(std::shared_ptr<changes::Watcher> watcher) : watcher_(std::move(watcher)) {}
  Result<std::optional<DocumentView>> next(const Interrupt* interrupt) override {
    return watcher_->next(interrupt);
  }
  void park() override { watcher_->park(); }

 private:
  std::shared_ptr<changes::Watcher> watcher_;  // also the cursor's, and the caller's feed
};

// The events with the pipeline that they pass and the environment that its stages borrow from.
class Watching final : public CursorSource {
 public:
  Watching(aggregate::Environment environment, std::shared_ptr<changes::Watcher> watcher)
      : environment_(std::move(environment)), watcher_(std::move(watcher)) {}

  Status open(DocumentView all) {
    CAIRN_ASSIGN_OR_RETURN(split_, ends_in_split(all));
    const Document shorter = split_ ? without_last(all) : Document();
    const DocumentView stages = split_ ? shorter.view() : all;
    auto pipeline = aggregate::Pipeline::parse_over(stages, environment_);
    if (!pipeline.ok()) return pipeline.take_status();
    for (const Element& stage : stages) CAIRN_RETURN_IF_ERROR(check_stage(stage));
    skip_ = watcher_->told_pieces();
    if (skip_ && !split_) {
      return changes::stream_fatal(
          fmt::format("To resume from a split event, the $changeStream pipeline must include a {} "
                      "stage",
                      kSplit));
    }
    pipeline_.emplace(std::move(*pipeline));
    CAIRN_ASSIGN_OR_RETURN(stream_, pipeline_->open_over(std::make_unique<Events>(watcher_)));
    return Status();
  }

  Result<std::optional<DocumentView>> next(const Interrupt* interrupt) override {
    if (at_ < pieces_.size()) return piece();
    auto event = stream_->next(interrupt);
    if (!event.ok() || !event->has_value()) return event;
    CAIRN_RETURN_IF_ERROR(watcher_->check(**event));
    const std::uint32_t size = (*event)->size();
    const auto told = std::exchange(skip_, std::nullopt);
    const bool told_before = told && watcher_->told_before();
    if (split_ && size > kMaxDocumentBytes) {
      return split(**event, told_before ? told : std::nullopt, interrupt);
    }
    if (told_before) {
      return changes::stream_fatal(
          "Attempted to resume from a split event fragment, but the event in the resumed stream "
          "was not large enough to be split");
    }
    if (size <= kMaxInternalDocumentBytes) return event;
    return Status(ErrorCode::kBSONObjectTooLarge,
                  fmt::format("BSONObj size: {} is invalid. Size must be between 0 and {}(16MB)",
                              size, kMaxInternalDocumentBytes));
  }
  void park() override { stream_->park(); }
  bool tailable() const override { return !watcher_->ended(); }
  Status wait(Interrupt::Clock::time_point until, const Interrupt* interrupt) override {
    return watcher_->wait(until, interrupt);
  }

 private:
  // `told`: the last piece that was told before.
  Result<std::optional<DocumentView>> split(DocumentView event, std::optional<std::int32_t> told,
                                            const Interrupt* interrupt) {
    CAIRN_ASSIGN_OR_RETURN(pieces_,
                           changes::split_event(event, watcher_->token(), kMaxDocumentBytes));
    at_ = told ? static_cast<std::size_t>(*told) + 1 : 0;
    if (at_ > pieces_.size()) {
      return changes::stream_fatal(
          "Attempted to resume from a split event, but the resumed stream produced a different "
          "split. Ensure that the pipeline used to resume is the same as the original");
    }
    return at_ < pieces_.size() ? piece() : next(interrupt);
  }
  std::optional<DocumentView> piece() {
    watcher_->told_piece(static_cast<std::int32_t>(at_));
    return pieces_[at_++].view();
  }

  aggregate::Environment environment_;
  std::shared_ptr<changes::Watcher> watcher_;  // also the caller's feed
  bool split_ = false;                         // large events are told in pieces
  std::vector<Document> pieces_;               // of the last event
  std::size_t at_ = 0;                         // which comes next
  std::optional<std::int32_t> skip_;  // of the first event: up to this one they were told before
  std::optional<aggregate::Pipeline> pipeline_;
  aggregate::StreamPtr stream_;
};

Status check_collection(Engine& engine, const Namespace& name) {
  if (name.collection.empty()) return check_database_name(name.database);
  CAIRN_RETURN_IF_ERROR(check_namespace(name));
  const CollectionRef collection = engine.catalog().find(name);
  if (collection == nullptr) return Status();
  if (collection->definition().view) return is_a_view(*collection);
  if (!collection->rules().time_series()) return Status();
  return {ErrorCode::kCommandNotSupportedOnView,
          fmt::format("Namespace {} is a timeseries collection", collection->full_name())};
}

}  // namespace

bool watches(DocumentView stages) { return aggregate::starts_with_stage(stages, kStage); }

namespace {

// A stream with the pipeline behind it, not begun yet.
struct Parsed {
  std::shared_ptr<changes::Watcher> watcher;  // also of `watching`, and the caller's feed
  std::unique_ptr<Watching> watching;
};

Result<Parsed> parse(Engine& engine, const Namespace& name, DocumentView stages,
                     const AggregateOptions& options) {
  CAIRN_RETURN_IF_ERROR(check_collection(engine, name));
  CAIRN_ASSIGN_OR_RETURN(
      changes::WatchOptions request,
      changes::parse_watch_request(stages.begin()->value.as_document().begin()->value,
                                   name.database, name.collection));
  CAIRN_ASSIGN_OR_RETURN(expr::Surroundings around,
                         expr::Surroundings::of(options.operation.let, options.operation.collation,
                                                engine.last_op_time().timestamp()));
  const Document rest = rest_of(stages);
  request.wanted = events_wanted(rest, options.operation.collation);
  changes::SharedEventsPtr events = engine.events().events(request);
  auto watcher =
      std::make_shared<changes::Watcher>(engine.storage(), std::move(events), std::move(request));
  auto watching =
      std::make_unique<Watching>(aggregate::Environment{.engine = engine.context(),
                                                        .database = std::string(name.database),
                                                        .collection = std::string(name.collection),
                                                        .around = std::move(around),
                                                        .activity = options.activity},
                                 watcher);
  CAIRN_RETURN_IF_ERROR(watching->open(rest));
  return Parsed{std::move(watcher), std::move(watching)};
}

}  // namespace

Result<ChangeCursor> watch(Engine& engine, const Namespace& name, DocumentView stages,
                           const AggregateOptions& options) {
  CAIRN_ASSIGN_OR_RETURN(Parsed parsed, parse(engine, name, stages, options));
  CAIRN_RETURN_IF_ERROR(parsed.watcher->start());
  return ChangeCursor{Cursor(std::move(parsed.watching)), std::move(parsed.watcher)};
}

Result<Document> explain_watch(Engine& engine, const Namespace& name, DocumentView stages,
                               const AggregateOptions& options) {
  CAIRN_RETURN_IF_ERROR(parse(engine, name, stages, options).status());
  const Document scan = document("stage", "COLLSCAN", "direction", "forward");
  const Document plan =
      document("namespace", "local.oplog.rs", "winningPlan", scan, "rejectedPlans", array());
  DocumentBuilder out;
  out.append("explainVersion", "1").begin_array("stages");
  out.push_document().begin_document("$cursor").append("queryPlanner", plan).end().end();
  for (const Element& stage : stages) out.push(stage.value);
  out.end();
  return out.take();
}

}  // namespace cairn::api
