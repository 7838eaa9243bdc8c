// $lastN: an array's last n elements, in their order.
#include "engine/expr/n_of_array.h"

namespace cairn::expr {
namespace {

Status last_n(std::vector<ValueView>& elements, std::int64_t n, const Collation*, Evaluation&) {
  const auto size = static_cast<std::int64_t>(elements.size());
  if (n < size) elements.erase(elements.begin(), elements.begin() + (size - n));
  return Status();
}

Result<ExpressionPtr> parse_last_n(ValueView argument, const Scope& scope) {
  return parse_n_of_array("$lastN", 5787801, argument, scope, last_n);
}

}  // namespace

extern const Operator row_last_n{.name = "$lastN", .parse = parse_last_n, .folded = false};

}  // namespace cairn::expr
