// The public ChangeStream, and the methods that open one.
#include "engine/api/operate.h"
#include "engine/api/watch.h"

#include <cairn/change_stream.h>
#include <cairn/collection.h>
#include <cairn/database.h>

namespace cairn {
namespace {

void append_text(std::string_view name, std::string_view value, DocumentBuilder& out) {
  if (!value.empty()) out.append(name, value);
}

void append_token(std::string_view name, DocumentView token, DocumentBuilder& out) {
  if (!token.empty()) out.append(name, token);
}

enum class Scope : std::uint8_t { kNamed, kEverything };

// As the pipeline that a client would send.
Value pipeline_of(Scope scope, const WatchOptions& options) {
  DocumentBuilder stages;
  stages.push_document().begin_document("$changeStream");
  if (scope == Scope::kEverything) stages.append("allChangesForCluster", true);
  append_text("fullDocument", options.full_document, stages);
  append_text("fullDocumentBeforeChange", options.full_document_before_change, stages);
  if (options.show_expanded_events) stages.append("showExpandedEvents", true);
  append_token("resumeAfter", options.resume_after, stages);
  append_token("startAfter", options.start_after, stages);
  if (options.start_at) stages.append("startAtOperationTime", options.start_at->timestamp());
  stages.end().end();
  for (const Element& stage : options.pipeline) stages.push(stage.value);
  return stages.take_array();
}

Result<ChangeStream> open_stream(Engine& engine, const Namespace& name, Scope scope,
                                 const WatchOptions& options) {
  const Value pipeline = pipeline_of(scope, options);
  CAIRN_ASSIGN_OR_RETURN(ChangeCursor changes,
                         api::watch(engine, name, pipeline.view().as_document(), {}));
  return ChangeStream(std::move(changes));
}

}  // namespace

Result<std::optional<DocumentView>> ChangeStream::next(std::chrono::milliseconds patience,
                                                       const Interrupt* interrupt) {
  const auto until = Interrupt::Clock::now() + patience;
  Cursor& cursor = changes_.cursor;
  while (true) {
    auto event = cursor.next(interrupt);
    if (!event.ok() || event->has_value()) return event;
    cursor.park();
    if (cursor.exhausted() || Interrupt::Clock::now() >= until) return event;
    CAIRN_RETURN_IF_ERROR(cursor.wait(until, interrupt));
  }
}

Result<ChangeStream> Database::watch(const WatchOptions& options) {
  return open_stream(*engine_, {"admin", {}}, Scope::kEverything, options);
}

Result<ChangeStream> Database::watch(std::string_view database, const WatchOptions& options) {
  return open_stream(*engine_, {database, {}}, Scope::kNamed, options);
}

Result<ChangeStream> Collection::watch(const WatchOptions& options) const {
  return open_stream(*engine_, {database_, name_}, Scope::kNamed, options);
}

Result<ChangeCursor> Database::watch_pipeline(std::string_view database,
                                              std::string_view collection, DocumentView pipeline,
                                              const AggregateOptions& options) {
  return api::operate(options.operation.interrupt, [&] {
    return api::watch(*engine_, {database, collection}, pipeline, options);
  });
}

}  // namespace cairn
