// $concatArrays: one array of the elements of all.
#include "engine/expr/expression.h"

#include <fmt/format.h>

namespace cairn::expr {
namespace {

Result<ValueView> concat_arrays(Values values, Evaluation& evaluation) {
  for (const ValueView value : values) {
    if (!value.has_value()) return Evaluation::null();
    if (!value.is_array()) {
      return Status(location(28664),
                    fmt::format("$concatArrays only supports arrays, not {}", type_of(value)));
    }
  }
  if (values.size() == 1) return values[0];
  std::string& bytes = evaluation.buffer();
  DocumentBuilder builder(bytes);
  for (const ValueView value : values) {
    for (const Element& element : value.as_document()) {
      CAIRN_RETURN_IF_ERROR(evaluation.step());
      builder.push(element.value);
    }
  }
  builder.finish();
  return Evaluation::array(bytes);
}

}  // namespace

extern const Operator row_concat_arrays{.name = "$concatArrays",
                                        .function = concat_arrays,
                                        .arity = {0, Arity::kAny},
                                        .settles_after = 1,
                                        .gathering = Gathering::kNeighbours};

}  // namespace cairn::expr
