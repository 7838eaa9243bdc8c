#include "index/geo/surroundings.h"

#include "index/geo/covering.h"
#include "index/geo/shape.h"

#include <s2/s2cap.h>
#include <s2/s2cell.h>
#include <s2/s2cell_id.h>
#include <s2/s2latlng.h>
#include <s2/s2latlng_rect.h>
#include <s2/s2region_coverer.h>

#include <algorithm>
#include <cmath>

namespace cairn::geo {
namespace {

constexpr int kMostCells = 16;
constexpr int kFinestInside = 20;  // what smaller cells would spare is not worth their search

// More than what arithmetic loses.
double wider(double distance) { return distance * (1 + 1e-9) + 1e-11; }
double nearer(double distance) { return std::max(0.0, distance * (1 - 1e-9) - 1e-11); }

S2Point to_s2(Point point) { return S2LatLng::FromDegrees(point.y, point.x).ToPoint(); }

class OnSphere final : public Surroundings {
 public:
  explicit OnSphere(Point center) : center_(to_s2(center)) {}

  KeyIntervals within(double distance) const override {
    S2RegionCoverer::Options options;
    options.set_max_cells(kMostCells);
    S2RegionCoverer coverer(options);
    std::vector<S2CellId> cells;
    const S1Angle radius = S1Angle::Radians(std::min(wider(distance), M_PI));
    coverer.GetCovering(S2Cap(center_, radius), &cells);
    return intervals_of(std::move(cells));
  }

  KeyIntervals nearer_than(double distance) const override {
    S2RegionCoverer::Options options;
    options.set_max_cells(kMostCells);
    options.set_max_level(kFinestInside);
    S2RegionCoverer coverer(options);
    std::vector<S2CellId> cells;
    const S1Angle radius = S1Angle::Radians(std::min(nearer(distance), M_PI));
    coverer.GetInteriorCovering(S2Cap(center_, radius), &cells);
    KeyIntervals inside;
    for (const S2CellId cell : cells) {
      inside.push_back({cell.range_min().id(), cell.range_max().id()});
    }
    return inside;
  }

  double least_distance(std::uint64_t key) const override {
    const S2CellId cell(key);
    if (!cell.is_valid()) return 0;
    return nearer(S2Cell(cell).GetDistance(center_).radians());
  }

  double farthest() const override { return M_PI; }
  std::uint64_t center() const override { return S2CellId(center_).id(); }

 private:
  S2Point center_;
};

class OnPlane final : public Surroundings {
 public:
  OnPlane(Point center, const Grid& grid) : center_(center), grid_(grid) {}

  KeyIntervals within(double distance) const override {
    return grid_.cover(Circle{center_, distance * (1 + 1e-9)});
  }

  KeyIntervals nearer_than(double distance) const override {
    const Circle circle{center_, distance * (1 - 1e-9)};
    return grid_.inside(circle);
  }

  double least_distance(std::uint64_t key) const override {
    const Box square = grid_.square_of(key);
    const Point nearest{std::clamp(center_.x, square.lowest.x, square.highest.x),
                        std::clamp(center_.y, square.lowest.y, square.highest.y)};
    return distance(nearest, center_) * (1 - 1e-9);
  }

  double farthest() const override {
    const auto far = [&](double coordinate) {
      return std::max(std::fabs(coordinate - grid_.lowest()),
                      std::fabs(coordinate - grid_.highest()));
    };
    return std::hypot(far(center_.x), far(center_.y)) * (1 + 1e-9);
  }

  std::uint64_t center() const override {
    return grid_.key_of({std::clamp(center_.x, grid_.lowest(), grid_.highest()),
                         std::clamp(center_.y, grid_.lowest(), grid_.highest())});
  }

 private:
  Point center_;
  const Grid grid_;
};

class OnGlobe final : public Surroundings {
 public:
  OnGlobe(Point center, const Grid& grid)
      : at_(center), center_(S2LatLng::FromDegrees(center.y, center.x)), grid_(grid) {}

  KeyIntervals within(double distance) const override {
    const S1Angle radius = S1Angle::Radians(std::min(wider(distance), M_PI));
    return cover_cap(S2Cap(center_.ToPoint(), radius), grid_);
  }

  KeyIntervals nearer_than(double) const override { return {}; }

  double least_distance(std::uint64_t key) const override {
    const Box square = grid_.square_of(key);
    if (!on_sphere(square.lowest) || !on_sphere(square.highest)) return 0;
    const S2LatLngRect rect(S2LatLng::FromDegrees(square.lowest.y, square.lowest.x),
                            S2LatLng::FromDegrees(square.highest.y, square.highest.x));
    return nearer(rect.GetDistance(center_).radians());
  }

  double farthest() const override { return M_PI; }

  std::uint64_t center() const override {
    return grid_.key_of({std::clamp(at_.x, grid_.lowest(), grid_.highest()),
                         std::clamp(at_.y, grid_.lowest(), grid_.highest())});
  }

 private:
  Point at_;
  S2LatLng center_;
  const Grid grid_;
};

}  // namespace

SurroundingsPtr around_on_sphere(Point center) { return std::make_unique<OnSphere>(center); }

SurroundingsPtr around_on_plane(Point center, const Grid& grid) {
  return std::make_unique<OnPlane>(center, grid);
}

SurroundingsPtr around_on_globe(Point center, const Grid& grid) {
  return std::make_unique<OnGlobe>(center, grid);
}

}  // namespace cairn::geo
