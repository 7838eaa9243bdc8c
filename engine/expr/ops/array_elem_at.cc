// $arrayElemAt: the element at a position; negative positions count from the end.
#include "engine/expr/arrays.h"
#include "engine/expr/expression.h"

#include <fmt/format.h>

namespace cairn::expr {
namespace {

Result<ValueView> array_elem_at(Values values, Evaluation&) {
  const ValueView array = values[0];
  const ValueView position = values[1];
  if (!array.has_value() || !position.has_value()) return Evaluation::null();
  if (!array.is_array()) {
    return Status(location(28689), fmt::format("$arrayElemAt's first argument must be an array, "
                                               "but is {}",
                                               type_of(array)));
  }
  if (!position.is_number()) {
    return Status(location(28690), fmt::format("$arrayElemAt's second argument must be a numeric "
                                               "value, but is {}",
                                               type_of(position)));
  }
  const auto index = exact_int32(position);
  if (!index) {
    return Status(location(28691), fmt::format("$arrayElemAt's second argument must be "
                                               "representable as a 32-bit integer: {:g}",
                                               position.to_double()));
  }
  const DocumentView elements = array.as_document();
  if (*index >= 0) return element_at(elements, *index);
  const std::int64_t from_begin = std::int64_t{elements.count()} + *index;
  return from_begin < 0 ? ValueView() : element_at(elements, from_begin);
}

}  // namespace

extern const Operator row_array_elem_at{
    .name = "$arrayElemAt", .function = array_elem_at, .arity = {2, 2}};

}  // namespace cairn::expr
