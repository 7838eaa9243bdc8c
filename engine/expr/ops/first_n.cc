// $firstN: an array's first n elements.
#include "engine/expr/n_of_array.h"

namespace cairn::expr {
namespace {

Status first_n(std::vector<ValueView>& elements, std::int64_t n, const Collation*, Evaluation&) {
  if (n < static_cast<std::int64_t>(elements.size())) elements.resize(static_cast<std::size_t>(n));
  return Status();
}

Result<ExpressionPtr> parse_first_n(ValueView argument, const Scope& scope) {
  return parse_n_of_array("$firstN", 5787801, argument, scope, first_n);
}

}  // namespace

extern const Operator row_first_n{.name = "$firstN", .parse = parse_first_n, .folded = false};

}  // namespace cairn::expr
