// $expr: the expression inside it.
#include "engine/expr/expression.h"

namespace cairn::expr {

extern const Operator row_expr{.name = "$expr", .parse = parse_expression};

}  // namespace cairn::expr
