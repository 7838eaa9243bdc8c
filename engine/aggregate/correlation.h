// Correlation: whether a pipeline inside a stage depends on the document that is being joined.
#pragma once

#include "engine/expr/scope.h"

#include <cairn/bson.h>

namespace cairn::aggregate {

// Whether the stages give the same documents every time: they name no variable that changes from
// document to document, and nothing is drawn at random. Says no rather than yes where a text only
// looks like a variable.
bool gives_the_same(DocumentView stages, const expr::Bindings& bindings);

}  // namespace cairn::aggregate
