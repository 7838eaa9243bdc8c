// $gte: whether the first of two values is the second or above it, in MongoDB's order of all
// values.
#include "engine/expr/comparison.h"

namespace cairn::expr {
namespace {

Result<ValueView> gte_of(Values values, const Collation* collation, Evaluation&) {
  return Evaluation::boolean(compare_operands(values, collation) >= 0);
}

}  // namespace

extern const Operator row_gte{.name = "$gte", .arity = {2, 2}, .collated = gte_of};

}  // namespace cairn::expr
