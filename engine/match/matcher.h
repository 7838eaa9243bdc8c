// Matcher: MongoDB's filter language, parsed once, matched against raw BSON.
// Source: MongoDB's manual, "Query and Projection Operators".
#pragma once

#include "engine/bson/collation.h"
#include "engine/bson/path.h"
#include "engine/expr/scope.h"

#include <cairn/bson.h>
#include <cairn/status.h>

#include <memory>
#include <string_view>
#include <vector>

namespace cairn::expr {
class Expression;
}  // namespace cairn::expr

namespace cairn::match {

class Near;
class Node;

// What depends on where a filter stands.
struct Allowed {
  bool near = true;   // `$near` and its likes, which sort: not in a pipeline, not in a validator
  bool text = true;   // `$text`
  bool where = true;  // `$where`: refused anyway, but differently
  bool whole = true;  // `$expr` and `$jsonSchema`: not of single elements of an array
};
// Where elements of arrays are asked, in updates.
inline constexpr Allowed kOfElements{.near = false, .text = false, .where = false, .whole = false};

// What a filter's `$text` asks for.
struct TextArgument {
  std::string_view search;
  std::string_view language;  // empty: the index's own
  bool case_sensitive = false;
  bool diacritic_sensitive = false;
};
// Whether a document is one that the `$text` finds, which nobody but a text index knows.
enum class FoundByText : bool { kNo, kYes };

struct MatchOptions {
  const expr::Bindings* bindings =
      nullptr;             // variables for `$expr`; those that are not constant outlive the matcher
  CollationPtr collation;  // null: simple
  Allowed allowed = {};
  expr::MetaUse* metas = nullptr;  // what `$expr` asks of metadata; see expr::Scope
  expr::Folding folding = expr::Folding::kEverywhere;  // of `$expr`
};

// A comparison that a plan can turn into bounds: it stands in the top-level conjunction of the
// filter, so every match satisfies it.
struct Predicate {
  enum class Kind : std::uint8_t { kEq, kLt, kLte, kGt, kGte, kIn };
  Kind kind;
  std::string_view path;
  ValueView value;  // for kIn: the array
};

// What holds of every document for which an `$expr` counts as true: that a field compares with
// something that no document changes, or one of several such things.
struct ExpressionClaim {
  std::string_view name;            // "$eq", "$lt", "$in", …: of the field with the operand
  const FieldPath* path = nullptr;  // null: of `$or`
  const expr::Expression* operand = nullptr;  // see expr::present_value
  ValueView argument;                         // of `$or`: the expression as written, {$or: […]}
  std::vector<std::vector<ExpressionClaim>> branches;  // of `$or`: all of one of them
};

struct ExpressionClaims {
  ValueView argument;  // the `$expr`'s own
  std::vector<ExpressionClaim> all;
};

// Immutable after parse; matching is thread-safe and allocates nothing in ordinary cases.
class Matcher {
 public:
  // Keeps its own copy of `filter`. Errors as MongoDB's: BadValue "unknown operator: $x", "unknown
  // top level operator: $x…", TypeMismatch, FailedToParse, …
  static Result<Matcher> parse(DocumentView filter, const MatchOptions& options = {});
  Matcher();  // matches everything
  Matcher(Matcher&&) noexcept;
  Matcher& operator=(Matcher&&) noexcept;
  ~Matcher();

  // Error: what evaluating an `$expr` gives, or that of the thread's InterruptScope.
  Result<bool> matches(DocumentView document, FoundByText text = FoundByText::kNo) const;
  bool matches_everything() const;

  // What the matches are to be sorted by, or nullptr.
  const Near* near() const;
  // The filter's `$text`, which nothing but an index answers, or nullptr. Views into `filter()`.
  const TextArgument* text() const;
  // By which strings are compared; null: by bytes.
  const CollationPtr& collation() const { return collation_; }

  // The filter as parsed; lives as long as the matcher.
  DocumentView filter() const;
  // Comparisons of the top-level conjunction (`$and` taken apart). Views into `filter()`.
  const std::vector<Predicate>& predicates() const;
  // Of all `$expr`s, wherever they stand, that say any such thing. Live as long as the matcher.
  const std::vector<ExpressionClaims>& claims() const;
  // The index of the array element that the last positional-capable predicate matched, for `$` in
  // projections and updates: matches again and tells. nullopt where no array was involved.
  Result<std::optional<std::uint32_t>> matched_array_index(DocumentView document) const;

 private:
  struct State;
  CollationPtr collation_;  // the state borrows it
  std::unique_ptr<State> state_;
};

}  // namespace cairn::match
