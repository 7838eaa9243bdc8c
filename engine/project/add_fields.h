// $addFields and $set: fields made anew or replaced where they stand; all others stay.
#pragma once

#include "engine/project/transformation.h"

namespace cairn::project {

// Errors: Location40176 (paths in conflict), Location40181, Location40183; of paths and
// expressions.
Result<TransformationPtr> add_fields(DocumentView specification, const expr::Scope& scope);

}  // namespace cairn::project
