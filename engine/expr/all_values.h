// What the accumulators take as expressions: the operands' values, or the elements of the array
// that a single operand gives.
#pragma once

#include "engine/expr/expression.h"

namespace cairn::expr {

template <typename F>
void for_all_values(Values values, F&& use) {
  if (values.size() == 1 && values[0].is_array()) {
    for (const Element& element : values[0].as_document()) use(element.value);
    return;
  }
  for (const ValueView value : values) use(value);
}

}  // namespace cairn::expr
