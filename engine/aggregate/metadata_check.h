// Metadata check: whether a pipeline gives its documents what its {$meta: …} ask for.
#pragma once

#include "engine/aggregate/environment.h"
#include "engine/aggregate/front.h"

#include <cairn/bson.h>
#include <cairn/status.h>

#include <span>

namespace cairn::aggregate {

// Errors: Location40218 where no stage gives it; BadValue for a sort key where nothing is sorted.
Status check_metadata(std::span<const ParsedStage> stages, const Environment& environment);

// Whether a filter has a `$text`, wherever it may stand.
bool has_text(DocumentView filter);

}  // namespace cairn::aggregate
