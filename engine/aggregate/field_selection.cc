#include "engine/aggregate/field_selection.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace cairn::aggregate {

DocumentView FieldSelection::select(DocumentView document, std::string& buffer) const {
  buffer.clear();
  DocumentBuilder builder(buffer);
  std::size_t left = names_.size();
  for (auto element = document.begin(); left > 0 && element != document.end(); ++element) {
    if (std::find(names_.begin(), names_.end(), element->name) == names_.end()) continue;
    builder.append(element->name, element->value);
    --left;
  }
  builder.finish();
  return DocumentView(reinterpret_cast<const std::uint8_t*>(buffer.data()));
}

}  // namespace cairn::aggregate
