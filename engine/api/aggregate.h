// Aggregate: a pipeline over a collection, its front answered by a plan.
#pragma once

#include "engine/api/engine.h"

#include <cairn/collection.h>

namespace cairn::api {

Result<Cursor> aggregate(Engine& engine, const Namespace& name, DocumentView pipeline,
                         const AggregateOptions& options);
// A pipeline without a collection.
Result<Cursor> aggregate_database(DocumentView pipeline, const AggregateOptions& options);

}  // namespace cairn::api
