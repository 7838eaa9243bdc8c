// $stdDevSamp as an expression: the standard deviation of the numbers among several values, or in
// an array, taken as a sample.
#include "engine/expr/deviation_of_values.h"

namespace cairn::expr {

extern const Operator row_std_dev_samp{
    .name = "$stdDevSamp", .function = deviation_of_values<1>, .arity = {0, Arity::kAny}};

}  // namespace cairn::expr
