// $substrBytes: a part of a string by bytes; a negative length means all the rest.
#include "engine/expr/substring.h"

namespace cairn::expr {

extern const Operator row_substr_bytes{
    .name = "$substrBytes", .function = substring_by_bytes, .arity = {3, 3}};

}  // namespace cairn::expr
