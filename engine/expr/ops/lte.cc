// $lte: whether the first of two values is the second or below it, in MongoDB's order of all
// values.
#include "engine/expr/comparison.h"

namespace cairn::expr {
namespace {

Result<ValueView> lte_of(Values values, const Collation* collation, Evaluation&) {
  return Evaluation::boolean(compare_operands(values, collation) <= 0);
}

}  // namespace

extern const Operator row_lte{.name = "$lte", .arity = {2, 2}, .collated = lte_of};

}  // namespace cairn::expr
