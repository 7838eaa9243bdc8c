// FieldSelection: documents with some of their top-level fields alone, for stages that hold many.
#pragma once

#include <cairn/bson.h>

#include <set>
#include <string>
#include <vector>

namespace cairn::aggregate {

// Immutable.
class FieldSelection {
 public:
  explicit FieldSelection(const std::set<std::string>& names)
      : names_(names.begin(), names.end()) {}

  // The document's fields of these names, in their order, in `buffer` (overwritten).
  DocumentView select(DocumentView document, std::string& buffer) const;

 private:
  std::vector<std::string> names_;
};

}  // namespace cairn::aggregate
