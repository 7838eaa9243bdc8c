#include "index/geo/covering.h"

#include <s2/s2cell_union.h>
#include <s2/s2latlng_rect.h>

#include <algorithm>
#include <set>

namespace cairn::geo {

S2Cap widened(const S2Cap& cap, double radians) {
  return cap.is_empty() ? cap : cap.Expanded(S1Angle::Radians(radians));
}

KeyIntervals intervals_of(std::vector<S2CellId> cells) {
  S2CellUnion::Normalize(&cells);
  KeyIntervals intervals;
  std::set<std::uint64_t> outer;
  for (const S2CellId cell : cells) {
    intervals.push_back({cell.range_min().id(), cell.range_max().id()});
    for (S2CellId at = cell; !at.is_face();) {
      at = at.parent();
      if (!outer.insert(at.id()).second) break;
      intervals.push_back({at.id(), at.id()});
    }
  }
  return intervals;
}

KeyIntervals cover_cap(const S2Cap& cap, const Grid& grid) {
  const S2LatLngRect rect = cap.GetRectBound();
  if (rect.is_empty()) return {};
  constexpr double kMore = 1e-9;  // degrees are rounded
  const double south = rect.lat_lo().degrees() - kMore;
  const double north = rect.lat_hi().degrees() + kMore;
  const double west = rect.lng_lo().degrees() - kMore;
  const double east = rect.lng_hi().degrees() + kMore;
  if (rect.lng().is_full()) return grid.cover(Box{{-181, south}, {181, north}});
  // What lies on the meridian where longitudes begin anew is on both sides of it.
  std::vector<Box> boxes;
  if (west > east) {
    boxes = {{{west, south}, {181, north}}, {{-181, south}, {east, north}}};
  } else {
    boxes.push_back({{west, south}, {east, north}});
    if (east >= 180) boxes.push_back({{-181, south}, {-180 + kMore, north}});
    if (west <= -180) boxes.push_back({{180 - kMore, south}, {181, north}});
  }
  return grid.cover([&](const Box& square) {
    const auto apart = [&](const Box& box) {
      return square.highest.x < box.lowest.x || square.lowest.x > box.highest.x ||
             square.highest.y < box.lowest.y || square.lowest.y > box.highest.y;
    };
    return std::ranges::all_of(boxes, apart) ? Grid::Place::kApart : Grid::Place::kAcross;
  });
}

}  // namespace cairn::geo
