// $and and $or: operands are evaluated until one decides.
#pragma once

#include "engine/expr/expression.h"

namespace cairn::expr {

enum class Decides : bool { kWhenFalse, kWhenTrue };

// True or false. An operand that is constant and decides makes the whole constant, wherever it
// stands, as MongoDB does.
ExpressionPtr until_decided(Operands operands, Decides decides);

}  // namespace cairn::expr
