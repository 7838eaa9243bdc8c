// $size: how many elements an array has.
#include "engine/expr/expression.h"

#include <fmt/format.h>

namespace cairn::expr {
namespace {

Result<ValueView> size(Values values, Evaluation& evaluation) {
  if (!values[0].is_array()) {
    return Status(location(17124), fmt::format("The argument to $size must be an array, but was of "
                                               "type: {}",
                                               type_of(values[0])));
  }
  return evaluation.int32(static_cast<std::int32_t>(values[0].as_document().count()));
}

}  // namespace

extern const Operator row_size{.name = "$size", .function = size, .arity = {1, 1}};

}  // namespace cairn::expr
