// Find: from a filter and its options to a stream of documents; also what count and distinct read.
#pragma once

#include "engine/api/engine.h"

#include <cairn/collection.h>

namespace cairn::api {

Result<Cursor> find(Engine& engine, const Namespace& name, DocumentView filter,
                    const FindOptions& options);
Result<std::int64_t> count(Engine& engine, const Namespace& name, DocumentView filter,
                           const CountOptions& options);
Result<Value> distinct(Engine& engine, const Namespace& name, std::string_view path,
                       DocumentView filter, const DistinctOptions& options);

}  // namespace cairn::api
