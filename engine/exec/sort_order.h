// Sort order: what a sort orders by, the fields of documents and what is known beside them
// ({$meta: "score"}), of which the greatest comes first. Source: MongoDB's manual, "$sort",
// "$meta".
#pragma once

#include "engine/bson/sort_pattern.h"
#include "engine/expr/metadata.h"

#include <cairn/bson.h>
#include <cairn/status.h>

#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace cairn::exec {

// Immutable after parsing.
class SortOrder {
 public:
  // Errors: those of SortPattern::parse. `collation` outlives the order; null for simple.
  static Result<SortOrder> parse(DocumentView specification, const Collation* collation);

  // Whether it asks for what only a `$text` gives.
  bool needs_text_score() const;
  // Whether fields of the documents are all that it orders by.
  bool is_by_fields() const;

  // Appends the bytes that a document is sorted by. Error: Location40218 where it lacks what the
  // order asks for; BadValue where two arrays meet in one key.
  Status append_key(DocumentView document, const expr::Metadata* metadata, std::string& out) const;

 private:
  struct Known {
    std::string_view what;
    std::optional<double> expr::Metadata::*member;
  };
  static const Known kKnown[];
  static const Known* known(ValueView value);

  struct Random {};  // {$meta: "randVal"}: every document draws a number

  std::vector<std::variant<SortPattern, const Known*, Random>> parts_;
};

}  // namespace cairn::exec
