// $maxN: an array's n largest elements, the largest first; null does not count.
#include "engine/expr/extreme_n.h"
#include "engine/expr/n_of_array.h"

namespace cairn::expr {
namespace {

Result<ExpressionPtr> parse_max_n(ValueView argument, const Scope& scope) {
  return parse_n_of_array("$maxN", 5787900, argument, scope, extreme_n<Extreme::kGreatest>);
}

}  // namespace

extern const Operator row_max_n{.name = "$maxN", .parse = parse_max_n, .folded = false};

}  // namespace cairn::expr
