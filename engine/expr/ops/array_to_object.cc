// $arrayToObject: a document from [[name, value], …] or [{k: name, v: value}, …].
#include "engine/expr/document_fields.h"
#include "engine/expr/expression.h"

#include <fmt/format.h>

namespace cairn::expr {
namespace {

Result<Element> from_pair(ValueView pair) {
  if (!pair.is_array()) {
    return Status(location(40396), fmt::format("$arrayToObject requires a consistent input format. "
                                               "Elements must all be arrays or all be objects. "
                                               "Array was detected, now found: {}",
                                               type_of(pair)));
  }
  const DocumentView both = pair.as_document();
  if (const std::uint32_t count = both.count(); count != 2) {
    return Status(location(40397), fmt::format("$arrayToObject requires an array of size 2 arrays, "
                                               "found array of size: {}",
                                               count));
  }
  auto element = both.begin();
  const ValueView name = element->value;
  ++element;
  if (!name.is_string()) {
    return Status(location(40395), fmt::format("$arrayToObject requires an array of key-value "
                                               "pairs, where the key must be of type string. Found "
                                               "key type: {}",
                                               type_of(name)));
  }
  if (name.as_string().find('\0') != std::string_view::npos) {
    return Status(location(4940400), "Key field cannot contain an embedded null byte");
  }
  return Element{name.as_string(), element->value};
}

Result<Element> from_object(ValueView object) {
  if (!object.is_document()) {
    return Status(location(40391), fmt::format("$arrayToObject requires a consistent input format. "
                                               "Elements must all be arrays or all be objects. "
                                               "Object was detected, now found: {}",
                                               type_of(object)));
  }
  const DocumentView fields = object.as_document();
  if (const std::uint32_t count = fields.count(); count != 2) {
    return Status(location(40392), fmt::format("$arrayToObject requires an object keys of 'k' and "
                                               "'v'. Found incorrect number of keys:{}",
                                               count));
  }
  const ValueView name = fields["k"];
  const ValueView value = fields["v"];
  if (name.missing() || value.missing()) {
    return Status(location(40393), fmt::format("$arrayToObject requires an object with keys 'k' "
                                               "and 'v'. Missing either or both keys from: {}",
                                               to_json(fields)));
  }
  if (!name.is_string()) {
    return Status(location(40394), fmt::format("$arrayToObject requires an object with keys 'k' "
                                               "and 'v', where the value of 'k' must be of type "
                                               "string. Found type: {}",
                                               type_of(name)));
  }
  if (name.as_string().find('\0') != std::string_view::npos) {
    return Status(location(4940401), "Key field cannot contain an embedded null byte");
  }
  return Element{name.as_string(), value};
}

Result<ValueView> array_to_object(Values values, Evaluation& evaluation) {
  if (!values[0].has_value()) return Evaluation::null();
  if (!values[0].is_array()) {
    return Status(location(40386), fmt::format("$arrayToObject requires an array input, found: {}",
                                               type_of(values[0])));
  }
  const DocumentView array = values[0].as_document();
  if (array.empty()) return DocumentView().as_value();
  const ValueView first = array.begin()->value;
  if (!first.is_array() && !first.is_document()) {
    return Status(location(40398), fmt::format("Unrecognised input type format for "
                                               "$arrayToObject: {}",
                                               type_of(first)));
  }
  DocumentFields fields;
  for (const Element& element : array) {
    CAIRN_ASSIGN_OR_RETURN(const Element field, first.is_array() ? from_pair(element.value)
                                                                 : from_object(element.value));
    CAIRN_RETURN_IF_ERROR(evaluation.step());
    fields.set(field.name, field.value);
  }
  return fields.build(evaluation);
}

}  // namespace

extern const Operator row_array_to_object{
    .name = "$arrayToObject", .function = array_to_object, .arity = {1, 1}};

}  // namespace cairn::expr
