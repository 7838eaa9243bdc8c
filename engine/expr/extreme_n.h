// $maxN and $minN as expressions.
#pragma once

#include "engine/bson/collation.h"
#include "engine/expr/sort_values.h"

#include <set>
#include <vector>

namespace cairn::expr {

enum class Extreme : bool { kLeast, kGreatest };

// Leaves the n best of the elements, the best first; null does not count. Of equals those stay that
// came first, and the later goes before the earlier.
template <Extreme Best>
Status extreme_n(std::vector<ValueView>& elements, std::int64_t n, const Collation* collation,
                 Evaluation& evaluation) {
  std::erase_if(elements, [](ValueView value) { return !value.has_value(); });
  const auto worse = [collation](ValueView a, ValueView b) {
    const auto order = compare(a, b, collation);
    return Best == Extreme::kGreatest ? order < 0 : order > 0;
  };
  const auto wanted = static_cast<std::uint64_t>(n);
  if (wanted >= elements.size()) {
    CAIRN_RETURN_IF_ERROR(sort_values(elements, worse, evaluation));
    std::ranges::reverse(elements);
    return Status();
  }
  std::multiset<ValueView, decltype(worse)> best(worse);
  for (const ValueView value : elements) {
    CAIRN_RETURN_IF_ERROR(evaluation.step());
    if (best.size() == wanted) {
      if (!worse(*best.begin(), value)) continue;
      best.erase(best.begin());
    }
    best.insert(value);
  }
  elements.assign(best.rbegin(), best.rend());
  return Status();
}

}  // namespace cairn::expr
