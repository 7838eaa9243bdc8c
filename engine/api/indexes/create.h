// createIndexes.
#pragma once

#include "engine/api/engine.h"

#include <cairn/collection.h>

#include <span>

namespace cairn::api {

Result<CreateIndexesResult> create_indexes(Engine& engine, const Namespace& name,
                                           std::span<const DocumentView> specifications,
                                           const CreateIndexesOptions& options);

}  // namespace cairn::api
