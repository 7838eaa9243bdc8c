// $allElementsTrue: whether all of an array's elements are true.
#include "engine/expr/expression.h"

#include <fmt/format.h>

namespace cairn::expr {
namespace {

Result<ValueView> all_elements_true(Values values, Evaluation&) {
  if (!values[0].is_array()) {
    return Status(
        location(17040),
        fmt::format("$allElementsTrue's argument must be an array, but is {}", type_of(values[0])));
  }
  for (const Element& element : values[0].as_document()) {
    if (!element.value.truthy()) return Evaluation::boolean(false);
  }
  return Evaluation::boolean(true);
}

}  // namespace

extern const Operator row_all_elements_true{
    .name = "$allElementsTrue", .function = all_elements_true, .arity = {1, 1}};

}  // namespace cairn::expr
