// Random documents: a `$sample` that wants few documents of a whole collection reads those alone.
#pragma once

#include "engine/aggregate/front.h"

namespace cairn::aggregate {

// What the stages give that begin with `front` and the one behind it, where that is a `$sample` of
// at most 5 % of a collection of at least 100 documents (MongoDB's own rule) and drawing costs less
// than reading everything; null otherwise.
StreamPtr open_drawn(const Front& front, const ParsedStage& behind, const Environment& environment);

}  // namespace cairn::aggregate
