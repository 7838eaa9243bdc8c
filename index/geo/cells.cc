#include "index/geo/cells.h"

#include "index/geo/covering.h"

#include <s2/s2cap.h>
#include <s2/s2cell_id.h>
#include <s2/s2latlng.h>
#include <s2/s2point_region.h>
#include <s2/s2region_coverer.h>
#include <s2/s2region_union.h>

#include <memory>
#include <utility>
#include <vector>

namespace cairn::geo {
namespace {

constexpr int kMostStoredCells = 50;
constexpr int kMostSearchedCells = 20;

// Beyond what arithmetic loses, and nothing beside a smallest cell: about 60 micrometers.
constexpr double kCapSlack = 1e-11;

std::vector<S2CellId> cover(const S2Region& region, int most, int finest) {
  S2RegionCoverer::Options options;
  options.set_max_cells(most);
  options.set_max_level(finest);
  S2RegionCoverer coverer(options);
  std::vector<S2CellId> cells;
  coverer.GetCovering(region, &cells);
  return cells;
}

// All parts together, so that many small ones are not many cells.
std::vector<S2CellId> cover(const Shape& shape, int most, int finest) {
  std::vector<S2CellId> cells;
  std::vector<std::unique_ptr<S2Region>> parts;
  std::size_t count = 0;
  shape.visit_regions([&](const S2Region&) { ++count; });
  shape.visit_regions([&](const S2Region& region) {
    if (count == 1) {
      cells = cover(region, most, finest);
    } else {
      parts.emplace_back(region.Clone());
    }
  });
  return count == 1 ? cells : cover(S2RegionUnion(std::move(parts)), most, finest);
}

}  // namespace

std::uint64_t cell_of(Point point) {
  return S2CellId(S2LatLng::FromDegrees(point.y, point.x)).id();
}

std::vector<std::uint64_t> cells_of(const Shape& shape, int finest) {
  std::vector<std::uint64_t> cells;
  for (const S2CellId cell : cover(shape, kMostStoredCells, finest)) cells.push_back(cell.id());
  return cells;
}

// Cells have their borders, so that a point on one is in all cells there. A cap stands alone.
KeyIntervals cells_around(const Shape& shape) {
  std::vector<S2CellId> cells = cover(shape, kMostSearchedCells, kFinestCoveringCell);
  shape.visit_regions([&](const S2Region& region) {
    const auto* cap = dynamic_cast<const S2Cap*>(&region);
    if (cap == nullptr) return;
    cells = cover(widened(*cap, kCapSlack), kMostSearchedCells, kFinestCoveringCell);
  });
  return intervals_of(std::move(cells));
}

std::optional<KeyIntervals> cap_in_grid(const Shape& shape, const Grid& grid) {
  std::optional<KeyIntervals> found;
  shape.visit_regions([&](const S2Region& region) {
    const auto* cap = dynamic_cast<const S2Cap*>(&region);
    if (cap != nullptr) found = cover_cap(widened(*cap, kCapSlack), grid);
  });
  return found;
}

}  // namespace cairn::geo
