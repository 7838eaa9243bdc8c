// $cmp: -1, 0 or 1, as the first of two values is below, equal to or above the second.
#include "engine/expr/comparison.h"

namespace cairn::expr {
namespace {

Result<ValueView> cmp_of(Values values, const Collation* collation, Evaluation& evaluation) {
  const std::weak_ordering order = compare_operands(values, collation);
  return evaluation.int32(order < 0 ? -1 : static_cast<std::int32_t>(order > 0));
}

}  // namespace

extern const Operator row_cmp{.name = "$cmp", .arity = {2, 2}, .collated = cmp_of};

}  // namespace cairn::expr
