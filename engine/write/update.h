// Update: the `update` command's statements, one after the other.
#pragma once

#include "engine/write/context.h"

#include <cairn/collection.h>

#include <span>

namespace cairn::write {

Result<UpdateResult> update(Context& context, const Namespace& name,
                            std::span<const UpdateStatement> statements,
                            const WriteOptions& options);

}  // namespace cairn::write
