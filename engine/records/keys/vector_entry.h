// What a vector search index has of a document for one of its fields.
#pragma once

#include "engine/catalog/vector_spec.h"

#include <cairn/bson.h>

#include <cstdint>
#include <string>

namespace cairn::records {

// Numbers of elements with nested vectors are lower: a document has no room for more.
inline constexpr unsigned kElementBits = 20;
inline constexpr std::uint32_t kMostElements = std::uint32_t{1} << kElementBits;

// The value of the document's entry for the field, in `entry`: the vector as subtype 9 has it. Of a
// nested field `document` is an element. False: it has none, for its vector is missing or does not
// fit.
bool read_vector_entry(const VectorField& field, DocumentView document, std::string& entry);

// Calls `visit(number, element)` for the documents in the array in which a nested field's
// vectors are. Nothing where it is none.
template <typename Visit>
void for_each_element(const VectorField& field, DocumentView document, Visit&& visit) {
  const ValueView array = document[field.path.name(0)];
  if (!array.is_array()) return;
  std::uint32_t number = 0;
  for (const Element& element : array.as_document()) {
    if (element.value.is_document()) visit(number, element.value.as_document());
    ++number;
  }
}

}  // namespace cairn::records
