// Aggregate: a pipeline over a collection, its front answered by a plan.
#pragma once

#include "engine/api/engine.h"

#include <cairn/collection.h>

namespace cairn::api {

// A pipeline without a collection where `name.collection` is empty.
Result<Cursor> aggregate(Engine& engine, const Namespace& name, DocumentView pipeline,
                         const AggregateOptions& options);

}  // namespace cairn::api
