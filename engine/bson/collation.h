// Collation: how strings are compared where an operation or a collection asks for a language's
// order instead of bytes. By ICU, visible in collation.cc only. Source: MongoDB's manual,
// "Collation".
#pragma once

#include <cairn/bson.h>
#include <cairn/status.h>

#include <compare>
#include <memory>
#include <string_view>

namespace cairn {

class Collation;
// Null: simple, strings compare by bytes. Shared, because matchers, plans and cursors of one
// operation outlive each other in no fixed order.
using CollationPtr = std::shared_ptr<const Collation>;

// Immutable; thread-safe.
class Collation {
 public:
  virtual ~Collation() = default;
  virtual std::weak_ordering compare(std::string_view a, std::string_view b) const = 0;
  // Appends bytes whose order is that of `compare`.
  virtual void append_sort_key(std::string_view text, std::string& out) const = 0;
  // Complete, as listCollections and listIndexes show it: what was left out is filled in. Equal
  // collations have equal ones.
  virtual const Document& specification() const = 0;
};

// Null for {} and {locale: "simple"}. Errors with MongoDB's codes: IDLFailedToParse, TypeMismatch,
// BadValue, …; `field` is what they call the specification.
Result<CollationPtr> parse_collation(DocumentView specification,
                                     std::string_view field = "collation");

// Whether both order all strings alike.
bool same_collation(const Collation* a, const Collation* b);

// MongoDB's total order (<cairn/bson.h>) with strings compared by `collation`, at every depth;
// null: by bytes.
std::weak_ordering compare(ValueView a, ValueView b, const Collation* collation);

}  // namespace cairn
