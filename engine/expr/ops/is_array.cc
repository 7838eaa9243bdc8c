// $isArray: whether the argument is an array.
#include "engine/expr/expression.h"

namespace cairn::expr {
namespace {

Result<ValueView> is_array(Values values, Evaluation&) {
  return Evaluation::boolean(values[0].is_array());
}

}  // namespace

extern const Operator row_is_array{.name = "$isArray", .function = is_array, .arity = {1, 1}};

}  // namespace cairn::expr
