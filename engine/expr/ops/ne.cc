// $ne: whether two values differ, in MongoDB's order of all values.
#include "engine/expr/comparison.h"

namespace cairn::expr {
namespace {

Result<ValueView> ne_of(Values values, const Collation* collation, Evaluation&) {
  return Evaluation::boolean(compare_operands(values, collation) != 0);
}

}  // namespace

extern const Operator row_ne{.name = "$ne", .arity = {2, 2}, .collated = ne_of};

}  // namespace cairn::expr
