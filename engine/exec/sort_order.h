// Sort order: what a sort orders by, the fields of documents and what is known beside them
// ({$meta: "score"}), of which the greatest comes first. Source: MongoDB's manual, "$sort",
// "$meta".
#pragma once

#include "engine/bson/sort_pattern.h"
#include "engine/expr/meta_use.h"

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

  // Notes what it asks of metadata.
  void note(expr::MetaUse& asked) const;

  // Appends the bytes that a document is sorted by; what it lacks sorts last. Error: BadValue where
  // two arrays meet in one key.
  Status append_key(DocumentView document, const expr::Metadata* metadata, std::string& out) const;
  // The values that a document is sorted by, an array: {$meta: "sortKey"}.
  Result<Value> key_values(DocumentView document, const expr::Metadata* metadata) const;

 private:
  struct Known {
    expr::MetaKind kind;
    std::optional<double> expr::Metadata::*member;
  };
  static const Known kKnown[];
  static const Known* known(ValueView value);
  static Value value_of(const Known& what, const expr::Metadata* metadata);

  // {$meta: "randVal"}: every document draws a number.
  struct Random {};

  std::vector<std::variant<SortPattern, const Known*, Random>> parts_;
};

}  // namespace cairn::exec
