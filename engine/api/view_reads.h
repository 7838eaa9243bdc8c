// ViewReads: find, count and distinct on a view, as pipelines over what it stands on.
#pragma once

#include "engine/api/engine.h"

#include <cairn/collection.h>

namespace cairn::api {

// REQUIRES of all: `view` is one. Errors: OptionNotSupportedOnView (167) for another collation than
// its own, InvalidPipelineOperator (168) for what a pipeline cannot do.
Result<Cursor> find_on_view(Engine& engine, const CollectionEntry& view, DocumentView filter,
                            const FindOptions& options);
Result<std::int64_t> count_on_view(Engine& engine, const CollectionEntry& view, DocumentView filter,
                                   const CountOptions& options);
Result<Value> distinct_on_view(Engine& engine, const CollectionEntry& view, std::string_view path,
                               DocumentView filter, const DistinctOptions& options);

// Appends {name: argument} to the stages of a pipeline, unless the argument is empty.
void push_stage(DocumentBuilder& stages, std::string_view name, DocumentView argument);

}  // namespace cairn::api
