// $gt: whether the first of two values is above the second, in MongoDB's order of all values.
#include "engine/expr/comparison.h"

namespace cairn::expr {
namespace {

Result<ValueView> gt_of(Values values, const Collation* collation, Evaluation&) {
  return Evaluation::boolean(compare_operands(values, collation) > 0);
}

}  // namespace

extern const Operator row_gt{.name = "$gt", .arity = {2, 2}, .collated = gt_of};

}  // namespace cairn::expr
