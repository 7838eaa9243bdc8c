#include "index/geo/cells.h"

#include "index/geo/covering.h"

#include <s2/s2cap.h>
#include <s2/s2cell_id.h>
#include <s2/s2latlng.h>
#include <s2/s2point_region.h>
#include <s2/s2region_coverer.h>

#include <algorithm>
#include <set>

namespace cairn::geo {
namespace {

constexpr int kMostStoredCells = 50;
constexpr int kMostSearchedCells = 20;

// Beyond what arithmetic loses, and nothing beside a smallest cell: about 60 micrometers.
constexpr double kSlack = 1e-11;

std::vector<S2CellId> cover(const S2Region& region, int most, int finest) {
  S2RegionCoverer::Options options;
  options.set_max_cells(most);
  options.set_max_level(finest);
  S2RegionCoverer coverer(options);
  std::vector<S2CellId> cells;
  coverer.GetCovering(region, &cells);
  return cells;
}

}  // namespace

std::uint64_t cell_of(Point point) {
  return S2CellId(S2LatLng::FromDegrees(point.y, point.x)).id();
}

std::vector<std::uint64_t> cells_of(const Shape& shape, int finest) {
  std::set<std::uint64_t> cells;
  shape.visit_regions([&](const S2Region& region) {
    for (const S2CellId cell : cover(region, kMostStoredCells, finest)) cells.insert(cell.id());
  });
  return {cells.begin(), cells.end()};
}

KeyIntervals cells_around(const Shape& shape) {
  std::vector<S2CellId> cells;
  shape.visit_regions([&](const S2Region& region) {
    std::vector<S2CellId> more;
    if (const auto* point = dynamic_cast<const S2PointRegion*>(&region)) {
      // On a border of cells it is in all of them.
      const S2Cap around(point->point(), S1Angle::Radians(kSlack));
      more = cover(around, kMostSearchedCells, kFinestCoveringCell);
    } else if (const auto* cap = dynamic_cast<const S2Cap*>(&region)) {
      more = cover(widened(*cap, kSlack), kMostSearchedCells, kFinestCoveringCell);
    } else {
      more = cover(region, kMostSearchedCells, kFinestCoveringCell);
    }
    cells.insert(cells.end(), more.begin(), more.end());
  });
  return intervals_of(std::move(cells));
}

std::optional<KeyIntervals> cap_in_grid(const Shape& shape, const Grid& grid) {
  std::optional<KeyIntervals> found;
  shape.visit_regions([&](const S2Region& region) {
    const auto* cap = dynamic_cast<const S2Cap*>(&region);
    if (cap != nullptr) found = cover_cap(widened(*cap, kSlack), grid);
  });
  return found;
}

}  // namespace cairn::geo
