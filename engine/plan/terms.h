// Terms: the conditions of a filter that can bound an index field, with where they stand.
#pragma once

#include "engine/bson/path.h"
#include "engine/match/outline.h"

#include <string>
#include <vector>

namespace cairn::plan {

// One `$elemMatch` that a condition stands in: the same `id` means the same element of the array
// that the first `components` of the path lead to.
struct Within {
  std::size_t components;
  std::size_t id;
};

struct Term {
  const match::Condition* condition = nullptr;
  FieldPath path;              // from the document's root
  std::vector<Within> within;  // outermost first
  std::size_t conjunct = 0;    // which of the filter's conditions it is (part of)
};

// Of the conditions of which all must hold; borrows them.
std::vector<Term> terms_of(const std::vector<match::Condition>& conjuncts);

// The one path that all branches of an `$or` ask about with one condition each; nullptr: there is
// none.
const match::Condition* same_field(const match::Condition& any);

}  // namespace cairn::plan
