// reIndex: makes every index but the one on `_id` anew.
#pragma once

#include "engine/api/indexes/create.h"
#include "engine/write/context.h"

#include <cairn/operation.h>

namespace cairn::api {

// Each index is empty and not used from the moment this begins until it returns. One that cannot be
// made again (DuplicateKey can come in meanwhile), or not to the end, is gone.
Status rebuild_indexes(write::Context& context, const Namespace& name, const Interrupt* interrupt,
                       const IndexLog& log);

}  // namespace cairn::api
