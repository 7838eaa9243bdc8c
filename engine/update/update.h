// Update: MongoDB's update language (operators, replacement), parsed once, applied to raw BSON.
// Source: MongoDB's manual, "Update Operators".
#pragma once

#include "engine/bson/collation.h"

#include <cairn/bson.h>
#include <cairn/status.h>

#include <memory>
#include <optional>

namespace cairn::expr {
class Bindings;
}
namespace cairn::match {
class Matcher;
}

namespace cairn::update {

struct UpdateOptions {
  DocumentView array_filters;                // the array
  CollationPtr collation;                    // null: simple
  const expr::Bindings* bindings = nullptr;  // all constant
  DocumentView constants;                    // `c`: variables of a pipeline update
  bool multi = false;                        // a replacement with multi is refused: FailedToParse 9
  bool upsert = false;
  bool require_operators = false;
};

// What an update sees besides the document: the clock of `$currentDate` and `Timestamp(0,0)`, and
// the matched array element of `$`.
struct ApplyContext {
  Date now;
  Timestamp cluster_time;
  const match::Matcher* matcher = nullptr;  // finds the element that `$` stands for
};

// Immutable after parse; thread-safe.
class Update {
 public:
  // `update`: a document or an array; it outlives the Update. Errors as MongoDB gives them at parse
  // time (FailedToParse 9, ConflictingUpdateOperators 40, BadValue 2, DollarPrefixedFieldName 52,
  // …).
  static Result<Update> parse(ValueView update, const UpdateOptions& options);
  Update(Update&&) noexcept;
  Update& operator=(Update&&) noexcept;
  ~Update();

  bool is_replacement() const;
  // Writes the new document into `out` (cleared first). True where it differs from `before` byte
  // for byte or MongoDB counts it as modified; false leaves `out` unspecified. `_id` never changes:
  // ImmutableField 66.
  Result<bool> apply(DocumentView before, const ApplyContext& context, std::string& out) const;
  // What `apply` did to a document, as MongoDB's delta ({$v: 2, diff: {…}}), in place of what is in
  // `out`: whole values where an operator ended, the differences of a pipeline's result.
  // `apply_delta` makes `after` of it, byte for byte. Leaves `out` empty for a replacement, and for
  // a pipeline where the delta would be the larger one.
  void delta(DocumentView before, DocumentView after, std::string& out) const;
  // The document that an upsert inserts: equalities of `filter`, then the update ($setOnInsert
  // included). It may be without an `_id`; the caller then gives it one.
  Result<Document> upsert(DocumentView filter, const ApplyContext& context) const;

 private:
  struct State;
  static Result<Update> parse_pipeline(DocumentView stages, const UpdateOptions& options);
  explicit Update(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace cairn::update
