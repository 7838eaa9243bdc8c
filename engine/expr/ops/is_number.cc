// $isNumber: whether a value is a number.
#include "engine/expr/expression.h"

namespace cairn::expr {
namespace {

Result<ValueView> is_number(Values values, Evaluation&) {
  return Evaluation::boolean(values[0].is_number());
}

}  // namespace

extern const Operator row_is_number{.name = "$isNumber", .function = is_number, .arity = {1, 1}};

}  // namespace cairn::expr
