#include "engine/aggregate/accumulated_field.h"

#include <fmt/format.h>

namespace cairn::aggregate {

Result<AccumulatedField> parse_accumulated_field(const Element& element, const expr::Scope& scope) {
  if (element.name.find('.') != std::string_view::npos) {
    return Status(location(40235),
                  fmt::format("The field name '{}' cannot contain '.'", element.name));
  }
  if (element.name.starts_with('$')) {
    return Status(location(40236),
                  fmt::format("The field name '{}' cannot be an operator name", element.name));
  }
  const bool operators = element.value.is_document() && !element.value.as_document().empty() &&
                         element.value.as_document().begin()->name.starts_with('$');
  if (!operators) {
    return Status(location(40234),
                  fmt::format("The field '{}' must be an accumulator object", element.name));
  }
  const DocumentView given = element.value.as_document();
  if (given.count() != 1) {
    return Status(location(40238),
                  fmt::format("The field '{}' must specify one accumulator: {}: {}", element.name,
                              element.name, to_json(given)));
  }
  CAIRN_ASSIGN_OR_RETURN(const expr::AccumulatorRow* row,
                         expr::find_accumulator(given.begin()->name));
  if (given.begin()->value.is_array()) {  // in a window it is an expression
    return Status(location(40237),
                  fmt::format("The {} accumulator is a unary operator", row->name));
  }
  AccumulatedField field{std::string(element.name), nullptr, row->name};
  CAIRN_ASSIGN_OR_RETURN(field.accumulator, row->parse({.value = given.begin()->value}, scope));
  return field;
}

}  // namespace cairn::aggregate
