// Leaves of expressions: constants, field paths and variables.
#pragma once

#include "engine/expr/expression.h"

namespace cairn::expr {

// "$a.b", "$$name.a.b" or plain text. REQUIRES: `value` is a string.
Result<ExpressionPtr> parse_leaf(ValueView value, const Scope& scope);

// The value at `path` inside `value`, which may be a document, an array (mapped) or anything else
// (missing).
ValueView path_in_value(ValueView value, const FieldPath& path, Evaluation& evaluation);

// $$ROOT.
ExpressionPtr root_expression();

}  // namespace cairn::expr
