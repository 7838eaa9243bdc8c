// $mergeObjects: one document of the fields of all; later ones replace earlier ones in their place.
#include "engine/expr/document_fields.h"
#include "engine/expr/expression.h"

#include <fmt/format.h>

namespace cairn::expr {
namespace {

Status merge(ValueView value, DocumentFields& fields) {
  if (!value.has_value()) return Status();
  if (!value.is_document()) {
    return {location(40400), fmt::format("$mergeObjects requires object inputs, but input {} is of "
                                         "type {}",
                                         to_json(value), type_of(value))};
  }
  for (const Element& field : value.as_document()) fields.set(field.name, field.value);
  return Status();
}

// An array that is the only operand stands for its elements.
Result<ValueView> merge_objects(Values values, Evaluation& evaluation) {
  DocumentFields fields;
  if (values.size() == 1 && values[0].is_array()) {
    for (const Element& element : values[0].as_document()) {
      CAIRN_RETURN_IF_ERROR(evaluation.step());
      CAIRN_RETURN_IF_ERROR(merge(element.value, fields));
    }
    return fields.build(evaluation);
  }
  for (const ValueView value : values) CAIRN_RETURN_IF_ERROR(merge(value, fields));
  return fields.build(evaluation);
}

}  // namespace

extern const Operator row_merge_objects{.name = "$mergeObjects",
                                        .function = merge_objects,
                                        .arity = {0, Arity::kAny},
                                        .settles_after = 1};

}  // namespace cairn::expr
