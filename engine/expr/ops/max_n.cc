// $maxN: an array's n largest elements, the largest first; null does not count.
#include "engine/expr/n_of_array.h"

#include <algorithm>

namespace cairn::expr {
namespace {

void max_n(std::vector<ValueView>& elements, std::int64_t n, const Collation* collation) {
  std::erase_if(elements, [](ValueView value) { return !value.has_value(); });
  const auto size = static_cast<std::int64_t>(elements.size());
  const auto before = [collation](ValueView a, ValueView b) {
    return compare(a, b, collation) > 0;
  };
  std::ranges::stable_sort(elements, before);
  if (n < size) elements.resize(static_cast<std::size_t>(n));
}

Result<ExpressionPtr> parse(ValueView argument, const Scope& scope) {
  return parse_n_of_array("$maxN", 5787900, argument, scope, max_n);
}

}  // namespace

extern const Operator row_max_n{.name = "$maxN", .parse = parse};

}  // namespace cairn::expr
