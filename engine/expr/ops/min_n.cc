// $minN: an array's n smallest elements, the smallest first; null does not count.
#include "engine/expr/n_of_array.h"

#include <algorithm>

namespace cairn::expr {
namespace {

void min_n(std::vector<ValueView>& elements, std::int64_t n, const Collation* collation) {
  std::erase_if(elements, [](ValueView value) { return !value.has_value(); });
  const auto size = static_cast<std::int64_t>(elements.size());
  const auto before = [collation](ValueView a, ValueView b) {
    return compare(a, b, collation) < 0;
  };
  std::ranges::stable_sort(elements, before);
  if (n < size) elements.resize(static_cast<std::size_t>(n));
}

Result<ExpressionPtr> parse(ValueView argument, const Scope& scope) {
  return parse_n_of_array("$minN", 5787900, argument, scope, min_n);
}

}  // namespace

extern const Operator row_min_n{.name = "$minN", .parse = parse};

}  // namespace cairn::expr
