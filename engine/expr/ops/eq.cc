// $eq: whether two values are equal, in MongoDB's order of all values.
#include "engine/expr/comparison.h"

namespace cairn::expr {
namespace {

Result<ValueView> eq_of(Values values, const Collation* collation, Evaluation&) {
  return Evaluation::boolean(compare_operands(values, collation) == 0);
}

}  // namespace

extern const Operator row_eq{.name = "$eq", .arity = {2, 2}, .collated = eq_of};

}  // namespace cairn::expr
