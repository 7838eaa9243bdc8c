// Rewrite: one pass over a document that applies a tree of modifiers and copies the rest.
#pragma once

#include "engine/update/path_tree.h"

namespace cairn::update {

// Writes `before` as changed by what stands below `root` to the end of `out`.
Status rewrite(const PathTree::Node& root, DocumentView before, Application& application,
               std::string& out);

// Of several paths that cannot be applied, the first in their own order counts, wherever they stand
// in the document. `met` is the error that was met first.
Status first_error(const PathTree::Node& root, DocumentView before, Application& application,
                   Status met);

// The error for a field of a stored document's top level whose name begins with '$'.
Status dollar_prefixed(std::string_view name, std::string_view path_before = {});

}  // namespace cairn::update
