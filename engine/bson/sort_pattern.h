// Sort specifications ({a: 1, "b.c": -1}) and the keys by which documents are ordered.
//
// A path that meets an array gives a key per element (key_tuples.h); a document sorts by the first
// of its keys in the pattern's own order: ascending by its smallest element, descending by its
// largest. Missing sorts as null; an empty array as undefined, below null. Numbers are equal across
// types, strings compare by the collation, else by bytes. Thread-safety: immutable after parsing.
#pragma once

#include <array>
#include <span>
#include <vector>

#include <cairn/bson.h>

#include "engine/bson/collation.h"
#include "engine/bson/key_tuples.h"
#include "engine/bson/path.h"

namespace cairn {

enum class SortDirection : std::int8_t { kAscending = 1, kDescending = -1 };

class SortPattern {
 public:
  // A key as views into the document it was found in; only the first `size()` values count.
  using KeyView = std::array<ValueView, kMaxKeyFields>;

  // Directions may be any number that truncates to 1 or -1. Errors, as MongoDB's $sort gives them:
  // 15974, 15975, 15976 (empty), 13103 (more than 32 fields), check_field_path's; of {$meta: …}
  // 31138, 17312, FailedToParse, and 40218 where it is well-formed.
  // `collation` outlives the pattern; null for simple.
  static Result<SortPattern> parse(DocumentView specification,
                                   const Collation* collation = nullptr);

  std::size_t size() const { return paths_.size(); }
  std::span<const FieldPath> paths() const { return paths_; }
  std::span<const SortDirection> directions() const { return directions_; }
  const Collation* collation() const { return collation_; }

  // Error: BadValue where two different arrays meet in one key.
  Status find_key(DocumentView document, KeyView& key) const;
  // The key as a document of nameless fields, for heaps and files.
  Result<Document> make_key(DocumentView document) const;

  std::weak_ordering compare_keys(const KeyView& a, const KeyView& b) const;
  // REQUIRES: both come from make_key of this pattern.
  std::weak_ordering compare_keys(DocumentView a, DocumentView b) const;
  // Finds both keys and compares them; a document without a key (see find_key) counts as having all
  // fields null.
  std::weak_ordering compare_documents(DocumentView a, DocumentView b) const;

 private:
  Status add(const Element& field);
  std::weak_ordering directed(std::size_t field, std::weak_ordering order) const {
    return directions_[field] == SortDirection::kAscending ? order : 0 <=> order;
  }

  std::vector<FieldPath> paths_;
  std::vector<SortDirection> directions_;
  const Collation* collation_ = nullptr;
};

}  // namespace cairn
