// GeoBounds: the intervals of keys in which a geographic index keeps the places that a condition
// asks for. What lies there is near enough to be looked at, no more: the condition is asked again.
#pragma once

#include "engine/catalog/geo_spec.h"
#include "engine/catalog/index_entry.h"
#include "engine/match/outline.h"
#include "engine/plan/bounds.h"

#include <optional>

namespace cairn::plan {

// Intervals of a field of that kind, ascending.
Intervals geo_intervals(FieldKind kind, const geo::KeyIntervals& keys);

// Of `$geoWithin` and `$geoIntersects`; nullopt: the index says nothing about it.
std::optional<FieldBounds> geo_bounds(const match::Condition& condition, FieldKind kind,
                                      const GeoSpec& spec);

}  // namespace cairn::plan
