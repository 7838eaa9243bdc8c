// $lt: whether the first of two values is below the second, in MongoDB's order of all values.
#include "engine/expr/comparison.h"

namespace cairn::expr {
namespace {

Result<ValueView> lt_of(Values values, const Collation* collation, Evaluation&) {
  return Evaluation::boolean(compare_operands(values, collation) < 0);
}

}  // namespace

extern const Operator row_lt{.name = "$lt", .arity = {2, 2}, .collated = lt_of};

}  // namespace cairn::expr
