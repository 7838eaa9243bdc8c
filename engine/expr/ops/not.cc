// $not: whether a value is not true.
#include "engine/expr/expression.h"

namespace cairn::expr {
namespace {

Result<ValueView> not_of(Values values, Evaluation&) {
  return Evaluation::boolean(!values[0].truthy());
}

}  // namespace

extern const Operator row_not{.name = "$not", .function = not_of, .arity = {1, 1}};

}  // namespace cairn::expr
