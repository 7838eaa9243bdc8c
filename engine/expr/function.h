// Operators that are a function of their operands' values.
#pragma once

#include "engine/expr/expression.h"

namespace cairn::expr {

// REQUIRES: the row has a `function` or is `collated`. `collation` outlives the result.
ExpressionPtr function_expression(const Operator& row, const Collation* collation,
                                  Operands operands);

}  // namespace cairn::expr
