// $last: an array's last element; missing where there is none.
#include "engine/expr/expression.h"

#include <fmt/format.h>

namespace cairn::expr {
namespace {

Result<ValueView> last(Values values, Evaluation&) {
  if (!values[0].has_value()) return Evaluation::null();
  if (!values[0].is_array()) {
    return Status(location(28689),
                  fmt::format("$last's argument must be an array, but is {}", type_of(values[0])));
  }
  ValueView found;
  for (const Element& element : values[0].as_document()) found = element.value;
  return found;
}

}  // namespace

extern const Operator row_last{.name = "$last", .function = last, .arity = {1, 1}};

}  // namespace cairn::expr
