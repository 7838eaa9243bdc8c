// The comparison of two operands, quick where both are of one simple type.
#pragma once

#include "engine/bson/collation.h"
#include "engine/expr/expression.h"

namespace cairn::expr {

// MongoDB's total order. REQUIRES: two values.
std::weak_ordering compare_operands(Values values, const Collation* collation);

}  // namespace cairn::expr
