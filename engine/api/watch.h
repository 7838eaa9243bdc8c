// Watch: a pipeline that begins with `$changeStream`.
#pragma once

#include "engine/api/engine.h"

#include <cairn/change_feed.h>
#include <cairn/collection.h>

namespace cairn::api {

// Whether the first of the stages (an array) is `$changeStream`.
bool watches(DocumentView stages);

// `name.collection`: empty for a stream of a database, or of everything. Errors: of the
// specification (changes::parse_watch_request), IllegalOperation for a stage that events may not
// pass, CommandNotSupportedOnView, ChangeStreamHistoryLost, ChangeStreamFatalError.
Result<ChangeCursor> watch(Engine& engine, const Namespace& name, DocumentView stages,
                           const AggregateOptions& options);

// What `explain` tells of one; it is not run. Errors: as `watch`, but for those of its place.
Result<Document> explain_watch(Engine& engine, const Namespace& name, DocumentView stages,
                               const AggregateOptions& options);

}  // namespace cairn::api
