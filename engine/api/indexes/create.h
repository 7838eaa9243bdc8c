// createIndexes.
#pragma once

#include "engine/write/context.h"

#include <cairn/collection.h>

#include <functional>
#include <span>
#include <string_view>

namespace cairn::api {

// Told how long builds get on, from any thread; may be null.
using IndexLog = std::function<void(std::string_view message)>;

Result<CreateIndexesResult> create_indexes(write::Context& context, const Namespace& name,
                                           std::span<const DocumentView> specifications,
                                           const CreateIndexesOptions& options,
                                           const IndexLog& log);

}  // namespace cairn::api
