// The order of `sortBy` in $sortArray, $topN and their like: of whole values (1, -1) or by fields
// ({a: 1, "b.c": -1}). What is no document, and a field that is not there, is null. Unlike in the
// stage $sort an array counts as one value, and a number in a path addresses an element.
#pragma once

#include "engine/bson/collation.h"
#include "engine/bson/path.h"
#include "engine/expr/evaluation.h"

#include <cairn/bson.h>
#include <cairn/status.h>

#include <span>
#include <vector>

namespace cairn::expr {

class ArrayOrder {
 public:
  // Errors: Location2942505, Location2942506, Location2942507. `collation` outlives the order.
  static Result<ArrayOrder> parse(ValueView sort_by, const Collation* collation);

  // What is equal keeps its order.
  Status sort(std::vector<ValueView>& values, Evaluation& evaluation) const;
  // Of those that are equal to the last: the one that came first. REQUIRES: sorted, not empty.
  ValueView first_equal_to_last(std::span<const ValueView> sorted) const;

 private:
  struct Key {
    FieldPath path;
    bool descending = false;
  };

  Status parse_keys(DocumentView pattern);
  bool before(ValueView a, ValueView b) const;

  const Collation* collation_ = nullptr;
  std::vector<Key> keys_;  // empty: the order of whole values
  bool descending_ = false;
};

}  // namespace cairn::expr
