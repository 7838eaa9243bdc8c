// Insert: documents into a collection, in groups that are committed together.
#pragma once

#include "engine/write/context.h"

#include <cairn/collection.h>

#include <span>

namespace cairn::write {

Result<InsertResult> insert(Context& context, const Namespace& name,
                            std::span<const DocumentView> documents, const WriteOptions& options);

}  // namespace cairn::write
