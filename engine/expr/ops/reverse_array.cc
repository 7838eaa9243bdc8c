// $reverseArray: an array's elements, the last first.
#include "engine/expr/arrays.h"
#include "engine/expr/expression.h"

#include <fmt/format.h>

#include <algorithm>

namespace cairn::expr {
namespace {

Result<ValueView> reverse_array(Values values, Evaluation& evaluation) {
  if (!values[0].has_value()) return Evaluation::null();
  if (!values[0].is_array()) {
    return Status(location(34435), fmt::format("The argument to $reverseArray must be an array, "
                                               "but was of type: {}",
                                               type_of(values[0])));
  }
  ElementViews elements(values[0].as_document());
  constexpr std::size_t kElementsPerStep = 16;
  CAIRN_RETURN_IF_ERROR(evaluation.step(elements.views().size() / kElementsPerStep));
  std::ranges::reverse(elements.views());
  return build_array(elements.views(), evaluation);
}

}  // namespace

extern const Operator row_reverse_array{
    .name = "$reverseArray", .function = reverse_array, .arity = {1, 1}};

}  // namespace cairn::expr
