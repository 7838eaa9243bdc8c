// $objectToArray: a document's fields as an array of {k: name, v: value}.
#include "engine/expr/expression.h"

#include <fmt/format.h>

namespace cairn::expr {
namespace {

Result<ValueView> object_to_array(Values values, Evaluation& evaluation) {
  if (!values[0].has_value()) return Evaluation::null();
  if (!values[0].is_document()) {
    return Status(location(40390), fmt::format("$objectToArray requires a document input, found: "
                                               "{}",
                                               type_of(values[0])));
  }
  std::string& bytes = evaluation.buffer();
  DocumentBuilder builder(bytes);
  for (const Element& field : values[0].as_document()) {
    builder.push_document().append("k", field.name).append("v", field.value).end();
  }
  builder.finish();
  return Evaluation::array(bytes);
}

}  // namespace

extern const Operator row_object_to_array{
    .name = "$objectToArray", .function = object_to_array, .arity = {1, 1}};

}  // namespace cairn::expr
