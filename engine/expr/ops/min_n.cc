// $minN: an array's n smallest elements, the smallest first; null does not count.
#include "engine/expr/extreme_n.h"
#include "engine/expr/n_of_array.h"

namespace cairn::expr {
namespace {

Result<ExpressionPtr> parse_min_n(ValueView argument, const Scope& scope) {
  return parse_n_of_array("$minN", 5787900, argument, scope, extreme_n<Extreme::kLeast>);
}

}  // namespace

extern const Operator row_min_n{.name = "$minN", .parse = parse_min_n, .folded = false};

}  // namespace cairn::expr
