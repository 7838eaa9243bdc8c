// Conditions: a filter's outline, together with what its `$expr`s say of fields.
#pragma once

#include "engine/match/matcher.h"
#include "engine/match/outline.h"

#include <vector>

namespace cairn::plan {

// All of them hold of what matches. Each `$expr` that bounds a field has what it says as `parts`:
// less than it asks, so that it is still asked of documents. Borrows the matcher, and what
// variables of its operation are now.
std::vector<match::Condition> conditions_of(const match::Matcher& matcher);

}  // namespace cairn::plan
