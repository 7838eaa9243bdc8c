// $first: an array's first element; missing where there is none.
#include "engine/expr/expression.h"

#include <fmt/format.h>

namespace cairn::expr {
namespace {

Result<ValueView> first(Values values, Evaluation&) {
  if (!values[0].has_value()) return Evaluation::null();
  if (!values[0].is_array()) {
    return Status(location(28689),
                  fmt::format("$first's argument must be an array, but is {}", type_of(values[0])));
  }
  const DocumentView array = values[0].as_document();
  return array.empty() ? ValueView() : array.begin()->value;
}

}  // namespace

extern const Operator row_first{.name = "$first", .function = first, .arity = {1, 1}};

}  // namespace cairn::expr
