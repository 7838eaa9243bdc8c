// Bounds: the intervals of an index field outside of which no document satisfies a condition.
// Source: MongoDB's manual, "Multikey Index Bounds"; what it leaves open was looked at in
// `explain`.
#pragma once

#include "engine/catalog/index_entry.h"
#include "engine/match/outline.h"
#include "engine/plan/interval.h"

#include <optional>

namespace cairn::plan {

// What bounds depend on beside the condition.
struct FieldFacts {
  const Collation* collation = nullptr;  // of the index
  bool same_collation = true;            // the query compares strings by it too
  bool hashed = false;
  const GeoSpec* geo = nullptr;  // of a field of places: how they are kept
  FieldKind kind = FieldKind::kOrdered;
  bool multikey = false;    // some array was met on the way to the field, or at its end
  bool positional = false;  // the path has a number in it
};

// Whether a key inside the bounds proves the condition.
enum class Tightness : std::uint8_t {
  kExact,
  kKey,       // the condition is to be asked of the key's value
  kDocument,  // … of the document
};

struct FieldBounds {
  Intervals intervals;
  Tightness tightness = Tightness::kExact;
  // A document without the field may match.
  bool takes_missing = false;
};

// Whether the order of such values depends on the collation.
bool orders_by_collation(ValueView value);

// Of a condition about values at the field itself, without regard to where it stands. nullopt: none
// that help.
std::optional<FieldBounds> bounds_of(const match::Condition& condition, const FieldFacts& facts);

// Whether the intervals hold those values exactly that satisfy the condition, so that what is
// outside satisfies its negation.
bool decides(const match::Condition& condition, const FieldFacts& facts);

}  // namespace cairn::plan
