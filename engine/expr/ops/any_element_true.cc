// $anyElementTrue: whether one of an array's elements is true.
#include "engine/expr/expression.h"

#include <fmt/format.h>

namespace cairn::expr {
namespace {

Result<ValueView> any_element_true(Values values, Evaluation&) {
  if (!values[0].is_array()) {
    return Status(
        location(17041),
        fmt::format("$anyElementTrue's argument must be an array, but is {}", type_of(values[0])));
  }
  for (const Element& element : values[0].as_document()) {
    if (element.value.truthy()) return Evaluation::boolean(true);
  }
  return Evaluation::boolean(false);
}

}  // namespace

extern const Operator row_any_element_true{
    .name = "$anyElementTrue", .function = any_element_true, .arity = {1, 1}};

}  // namespace cairn::expr
