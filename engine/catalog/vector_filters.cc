#include "engine/catalog/vector_filters.h"

namespace cairn {

// The definition was checked when the index was made.
std::vector<FieldPath> vector_filters(const IndexEntry& index) {
  std::vector<FieldPath> filters;
  if (index.vectors()->nested()) return filters;
  const ValueView fields = index.spec()["definition"].as_document()["fields"];
  for (const Element& element : fields.as_document()) {
    const DocumentView field = element.value.as_document();
    if (field["type"].as_string() == "filter") filters.emplace_back(field["path"].as_string());
  }
  return filters;
}

bool lacks_filter_rows(DocumentView specification) {
  if (specification[kFilterRows].truthy()) return false;
  const DocumentView definition = specification["definition"].as_document();
  for (const Element& field : definition["fields"].as_document()) {
    if (field.value.as_document()["type"].as_string() == "filter") return true;
  }
  return false;
}

}  // namespace cairn
