// $replaceRoot and $replaceWith: another document in the place of the whole.
#pragma once

#include "engine/project/transformation.h"

namespace cairn::project {

// Errors: Location40229, IDLFailedToParse, IDLUnknownField; of the expression; applied: 40228.
Result<TransformationPtr> parse_replace_root(std::string_view stage, ValueView specification,
                                             const expr::Scope& scope);
Result<TransformationPtr> parse_replace_with(std::string_view stage, ValueView specification,
                                             const expr::Scope& scope);

}  // namespace cairn::project
