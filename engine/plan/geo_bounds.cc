#include "engine/plan/geo_bounds.h"

#include "engine/match/geo/region.h"

namespace cairn::plan {
namespace {

using Asks = match::Condition::Asks;

Value value_of(FieldKind kind, std::uint64_t key) {
  return kind == FieldKind::k2d ? hash_value(key) : Value::int64(cell_number(key));
}

}  // namespace

Intervals geo_intervals(FieldKind kind, const geo::KeyIntervals& keys) {
  Intervals intervals;
  for (const geo::KeyInterval& one : keys) {
    intervals.push_back({edge(value_of(kind, one.first).view(), true, nullptr),
                         edge(value_of(kind, one.last).view(), true, nullptr)});
  }
  return joined(std::move(intervals));
}

std::optional<FieldBounds> geo_bounds(const match::Condition& condition, FieldKind kind,
                                      const GeoSpec& spec) {
  if (condition.asks != Asks::kGeoWithin && condition.asks != Asks::kGeoIntersects) {
    return std::nullopt;
  }
  const auto region = match::Region::parse(condition.name, condition.argument);
  if (!region.ok()) return std::nullopt;
  const auto keys = kind == FieldKind::k2d ? region->squares(spec.grid) : region->cells();
  if (!keys) return std::nullopt;
  return FieldBounds{geo_intervals(kind, *keys), Tightness::kDocument};
}

}  // namespace cairn::plan
