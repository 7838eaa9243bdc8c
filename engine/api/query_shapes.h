// QueryShapes: what operators do to all queries of one shape: forget their plans
// (`planCacheClear`), and say which indexes they may use (`planCacheSetFilter` and its family).
#pragma once

#include "engine/api/engine.h"
#include "engine/catalog/namespace.h"

#include <cairn/collection.h>

#include <optional>
#include <vector>

namespace cairn::api {

// Nothing where there is no collection. Errors: those of parsing the query; IndexNotFound for a
// `$text` without its index.
Status forget_plans(Engine& engine, const Namespace& name, const std::optional<QueryShape>& shape);

// `indexes`: an array of names and key patterns. Errors: BadValue where there is no collection or
// an index is neither; those of parsing the query.
Status set_index_filter(Engine& engine, const Namespace& name, const QueryShape& shape,
                        DocumentView indexes);
// Nothing where there is no collection. Errors: those of parsing the query.
Status clear_index_filters(Engine& engine, const Namespace& name,
                           const std::optional<QueryShape>& shape);
// Each is {query, sort, projection, collation where there is one, indexes}.
Result<std::vector<Document>> index_filters(Engine& engine, const Namespace& name);

}  // namespace cairn::api
