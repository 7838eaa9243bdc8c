// $stdDevPop as an expression: the standard deviation of the numbers among several values, or in an
// array, all of them.
#include "engine/expr/deviation_of_values.h"

namespace cairn::expr {

extern const Operator row_std_dev_pop{
    .name = "$stdDevPop", .function = deviation_of_values<0>, .arity = {0, Arity::kAny}};

}  // namespace cairn::expr
