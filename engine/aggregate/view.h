// Views: what an operation on one reads instead.
#pragma once

#include "engine/aggregate/environment.h"

#include <cairn/status.h>

namespace cairn::aggregate {

// If the environment's collection is a view: puts the collection under it in its place, and the
// view's pipeline (of all views on the way) into `prefix`. Errors: ViewDepthLimitExceeded;
// OptionNotSupportedOnView where the environment has another collation than one of them.
Status resolve_view(Environment& environment);

}  // namespace cairn::aggregate
