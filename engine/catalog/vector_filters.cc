#include "engine/catalog/vector_filters.h"

namespace cairn {

bool lacks_filter_rows(DocumentView specification) {
  const DocumentView definition = specification["definition"].as_document();
  const ValueView rows = specification[kFilterRows];
  const bool nested = definition["nestedRoot"].has_value();
  if (nested ? rows.to_int64_clamped() >= kFilterRowsOfAll : rows.truthy()) return false;
  for (const Element& field : definition["fields"].as_document()) {
    if (field.value.as_document()["type"].as_string() == "filter") return true;
  }
  return false;
}

}  // namespace cairn
