// Intervals among the values of one index field.
//
// Edges compare by the bytes that a component of an ascending index has (index/key); what explains
// itself to a user is kept beside them. A list of intervals is ascending and disjoint. Pure.
#pragma once

#include "engine/bson/collation.h"

#include <cairn/bson.h>

#include <string>
#include <vector>

namespace cairn::plan {

struct Edge {
  std::string key;  // one component, ascending, with no terminator
  Value value;      // what `explain` shows
  bool inclusive = true;
};

struct Interval {
  Edge lower;
  Edge upper;
  bool is_point() const { return lower.inclusive && upper.inclusive && lower.key == upper.key; }
};

using Intervals = std::vector<Interval>;

// `collation`: the index's own; null for bytes.
Edge edge(ValueView value, bool inclusive, const Collation* collation);
Interval point(ValueView value, const Collation* collation);
// From MinKey to MaxKey.
Intervals everything();
bool is_everything(const Intervals& intervals);
bool all_points(const Intervals& intervals);
bool contains(const Intervals& outer, const Intervals& inner);
bool contains_key(const Intervals& intervals, std::string_view key);

// Sorts intervals that may overlap, and joins those that do.
Intervals joined(Intervals intervals);
Intervals intersection(const Intervals& a, const Intervals& b);
Intervals complement(const Intervals& intervals);

enum class Walk : bool { kUp, kDown };
// "[1, 5)"; downward "(5, 1]". `collated`: strings are not shown, for their sort keys are what is
// stored.
std::string to_text(const Interval& interval, Walk walk, bool collated);

}  // namespace cairn::plan
