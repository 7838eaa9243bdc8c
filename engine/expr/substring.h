// What $substr and $substrBytes are.
#pragma once

#include "engine/expr/expression.h"

namespace cairn::expr {

// Errors: Location16034, Location16035, Location50752, Location28656, Location28657, those of
// coerce_to_text.
Result<ValueView> substring_by_bytes(Values values, Evaluation& evaluation);

}  // namespace cairn::expr
