// NormalFilter: a filter written out, as MongoDB's `explain` shows it: {a: 1} as {a: {$eq: 1}},
// several conditions as $and.
#pragma once

#include <cairn/bson.h>

namespace cairn::exec {

Document normal_filter(DocumentView filter);

// The bounds that a filter sets to `_id`, as `indexBounds` shows them: an array of texts such as
// "[1, 5)", in the order of the walk.
Value id_bounds_text(DocumentView filter, bool backward);

}  // namespace cairn::exec
