// Draft: one index, with the bounds that a filter sets to its fields, and what of the filter it
// leaves to be asked.
#pragma once

#include "engine/plan/bounds.h"
#include "engine/plan/plan.h"
#include "engine/plan/terms.h"

namespace cairn::plan {

// What an index leaves of one of the filter's conditions.
enum class Left : std::uint8_t { kNothing, kOfKey, kOfDocument };

struct Draft {
  IndexScan scan;
  std::vector<Left> left;  // per condition of the filter
  bool bounded = false;    // some condition is about the first field
  // Some condition that bounds a field is satisfied by no document without that field, so that a
  // sparse index has all that match.
  bool needs_field = false;
  std::size_t points = 0;   // leading fields that are pinned to single values
  std::size_t limited = 0;  // fields that are bounded at all
};

struct Conjunction {
  const std::vector<match::Condition>* conditions = nullptr;
  const std::vector<Term>* terms = nullptr;
  const Collation* collation = nullptr;  // of the query
  const IndexFilter* allowed = nullptr;  // the indexes that it may use; null: all
};

// Of an index that is ordered, hashed or geographic.
Draft draft(const IndexEntry& index, const Conjunction& filter);
// The same index with no bounds.
Draft whole(const IndexEntry& index, const Conjunction& filter);

// What a draft leaves to be asked of the keys; null: nothing.
std::shared_ptr<const match::Matcher> key_filter(const Draft& draft, const Conjunction& filter);
// What it leaves to be asked of the documents, as a filter; empty: nothing.
Document left_of_document(const Draft& draft, const Conjunction& filter);
// Whether that filter can be parsed by itself: it has no variables.
bool stands_alone(const Draft& draft, const Conjunction& filter);

}  // namespace cairn::plan
