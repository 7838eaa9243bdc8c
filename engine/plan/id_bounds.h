// Bounds: the interval of `_id` keys outside of which no document satisfies a filter's comparisons.
#pragma once

#include "engine/catalog/collection.h"
#include "engine/match/matcher.h"

#include <string>
#include <vector>

namespace cairn::plan {

struct IdBounds {
  std::string lower;
  std::string upper;  // exclusive
  bool narrowed = false;
};

// Whether the `_id` index has values like this one in the order of `collation`: it is in the
// collection's own.
bool orders_like_id(const CollectionEntry& collection, const Collation* collation, ValueView value);

// The whole keyspace where no predicate on `_id` helps. Comparisons with values whose order does
// not stay inside one type (null, arrays, MinKey, …) are left to the filter.
IdBounds id_bounds(const CollectionEntry& collection, const match::Matcher& matcher);

// From one `_id` up to and without another; missing: no bound. REQUIRES: a clustered collection.
IdBounds id_range(const CollectionEntry& collection, ValueView min, ValueView max);

}  // namespace cairn::plan
