// Leaves of expressions: constants, field paths and variables.
#pragma once

#include "engine/expr/expression.h"

namespace cairn::expr {

// "$a.b", "$$name.a.b" or plain text. REQUIRES: `value` is a string.
Result<ExpressionPtr> parse_leaf(ValueView value, const Scope& scope);

// The value at `path` inside `value`, which may be a document, an array (mapped) or anything else
// (missing).
ValueView path_in_value(ValueView value, const FieldPath& path, Evaluation& evaluation);

// The value as it is now of an expression that no document changes: a constant, or a variable that
// an operation sets ($lookup's `let`). nullptr of any other.
const Value* present_value(const Expression& expression);

// $$ROOT.
ExpressionPtr root_expression();
// Whether it or a part of it looks at the document.
bool reads_document(const Expression& expression);

}  // namespace cairn::expr
