// $substr: an old name of $substrBytes.
#include "engine/expr/substring.h"

namespace cairn::expr {

extern const Operator row_substr{
    .name = "$substr", .function = substring_by_bytes, .arity = {3, 3}};

}  // namespace cairn::expr
