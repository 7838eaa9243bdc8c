// index/geo: what a search must find is kept where it looks, for random places and shapes, poles
// and the antimeridian among them. CAIRN_GEO_ROUNDS: how many of each (2000).
#include "index/geo/cells.h"
#include "index/geo/grid.h"
#include "index/geo/surroundings.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <random>
#include <set>
#include <vector>

namespace cairn::geo {
namespace {

int rounds() {
  const char* const asked = std::getenv("CAIRN_GEO_ROUNDS");
  return asked == nullptr ? 2000 : std::atoi(asked);
}

class Places {
 public:
  explicit Places(unsigned seed) : random_(seed) {}

  double real(double low, double high) {
    return std::uniform_real_distribution<double>(low, high)(random_);
  }
  int number(int low, int high) { return std::uniform_int_distribution<int>(low, high)(random_); }

  // Often where arithmetic is at its worst.
  Point point() {
    switch (number(0, 7)) {
      case 0:
        return {real(179, 180) * (number(0, 1) == 0 ? 1 : -1), real(-90, 90)};
      case 1:
        return {real(-180, 180), real(89, 90) * (number(0, 1) == 0 ? 1 : -1)};
      case 2:
        return {45.0 * number(-4, 4), 45.0 * number(-2, 2)};
      default:
        return {real(-180, 180), real(-90, 90)};
    }
  }
  Point near(Point center, double far) {
    double x = center.x + real(-far, far);
    if (x > 180) x -= 360;
    if (x < -180) x += 360;
    return {x, std::clamp(center.y + real(-far, far), -90.0, 90.0)};
  }
  double size() { return std::pow(10.0, real(-6, 1.5)); }  // degrees

  Shape shape() {
    const Point center = point();
    const double far = size();
    switch (number(0, 3)) {
      case 0:
        return Shape::point(center);
      case 1: {
        auto line = Shape::line({center, near(center, far), near(center, far)});
        return line.ok() ? *line : Shape::point(center);
      }
      case 2:
        return Shape::collection({Shape::point(center), Shape::point(near(center, far))});
      default: {
        auto polygon = Shape::polygon({{center, near(center, far), near(center, far)}});
        return polygon.ok() ? *polygon : Shape::point(center);
      }
    }
  }

 private:
  std::mt19937 random_;
};

bool any_in(const std::vector<std::uint64_t>& keys, const KeyIntervals& intervals) {
  return std::ranges::any_of(keys, [&](std::uint64_t key) { return holds(intervals, key); });
}

TEST(Cells, OfWhatMeetsAShapeLieAroundIt) {
  Places places(1);
  int met = 0;
  for (int i = 0; i < rounds(); ++i) {
    const Shape asked = places.shape();
    const KeyIntervals around = cells_around(asked);
    for (int j = 0; j < 10; ++j) {
      const Shape other = places.shape();
      if (!asked.intersects(other)) continue;
      ++met;
      EXPECT_TRUE(any_in(cells_of(other, kFinestCoveringCell), around)) << i << ' ' << j;
    }
    EXPECT_TRUE(any_in(cells_of(asked, kFinestCoveringCell), around)) << i;
  }
  EXPECT_GT(met, rounds() / 100);
}

TEST(Cells, OfPointsInACapLieAroundIt) {
  Places places(2);
  for (int i = 0; i < rounds(); ++i) {
    const Point center = places.point();
    const double radius = places.size() * M_PI / 180;
    const Shape cap = Shape::cap(center, radius);
    const KeyIntervals around = cells_around(cap);
    for (int j = 0; j < 20; ++j) {
      const Point point = places.near(center, radius * 180 / M_PI * 2);
      EXPECT_TRUE(!cap.contains(point) || holds(around, cell_of(point))) << i << ' ' << j;
    }
  }
}

TEST(Cells, AreFewEnough) {
  Places places(3);
  for (int i = 0; i < rounds(); ++i) {
    const Shape shape = places.shape();
    EXPECT_LE(cells_of(shape, kFinestCoveringCell).size(), 60U);
    EXPECT_LE(cells_around(shape).size(), 500U);
  }
}

TEST(Grid, KeepsKeysInTheirSquares) {
  Places places(4);
  for (int i = 0; i < rounds(); ++i) {
    const double lowest = places.real(-1000, 0);
    const Grid grid(places.number(1, 32), lowest, lowest + places.size() * 100);
    const Point point{places.real(grid.lowest(), grid.highest()),
                      places.real(grid.lowest(), grid.highest())};
    EXPECT_TRUE(grid.square_of(grid.key_of(point)).contains(point)) << i;
  }
}

TEST(Grid, CoversWhatARegionHolds) {
  Places places(5);
  for (int i = 0; i < rounds(); ++i) {
    const Grid grid(places.number(1, 32), -180, 180);
    const Point center = places.point();
    const double far = places.size() * 2;
    const Box box = Box::of_corners(center, places.near(center, far));
    const Circle circle{center, far};
    Polygon polygon{{center}};
    for (int corner = 0; corner < 4; ++corner) polygon.corners.push_back(places.near(center, far));
    const KeyIntervals in_box = grid.cover(box);
    const KeyIntervals in_circle = grid.cover(circle);
    const KeyIntervals in_polygon = grid.cover(polygon);
    EXPECT_LE(in_box.size(), 40U);
    for (int j = 0; j < 20; ++j) {
      const Point point = places.near(center, far);
      const std::uint64_t key = grid.key_of(point);
      EXPECT_TRUE(!box.contains(point) || holds(in_box, key)) << i << ' ' << j;
      EXPECT_TRUE(!circle.contains(point) || holds(in_circle, key)) << i << ' ' << j;
      EXPECT_TRUE(!polygon.contains(point) || holds(in_polygon, key)) << i << ' ' << j;
    }
    for (const Point corner : polygon.corners) {
      EXPECT_TRUE(!polygon.contains(corner) || holds(in_polygon, grid.key_of(corner))) << i;
    }
  }
}

// Every key that `within` must give, and no distance below what a key promises.
void expect_found(const Surroundings& around, double distance, std::uint64_t key,
                  const KeyIntervals& within, double radius) {
  EXPECT_LE(around.least_distance(key), distance);
  EXPECT_LE(distance, around.farthest());
  EXPECT_TRUE(distance < radius || !holds(around.nearer_than(radius), key)) << distance;
  EXPECT_TRUE(distance > radius || holds(within, key)) << distance << ' ' << radius;
}

TEST(Surroundings, HoldWhatIsAsNear) {
  Places places(6);
  for (int i = 0; i < rounds(); ++i) {
    const Point center = places.point();
    const double far = places.size();  // degrees
    const Grid grid(places.number(1, 32), -180, 180);
    const auto sphere = around_on_sphere(center);
    const auto plane = around_on_plane(center, grid);
    const auto globe = around_on_globe(center, grid);
    const double radians = far * M_PI / 180;
    const KeyIntervals on_sphere = sphere->within(radians);
    const KeyIntervals on_plane = plane->within(far);
    const KeyIntervals on_globe = globe->within(radians);
    for (int j = 0; j < 20; ++j) {
      const Point point = j < 15 ? places.near(center, far * 2) : places.point();
      const double angle = geo::angle(center, point);
      const std::uint64_t hash = grid.key_of(point);
      expect_found(*sphere, angle, cell_of(point), on_sphere, radians);
      expect_found(*plane, distance(center, point), hash, on_plane, far);
      expect_found(*globe, angle, hash, on_globe, radians);
    }
  }
}

// Of a shape, the nearest cell says how near it may be; whatever has a point in the ring has a key
// there.
TEST(Surroundings, HoldShapesByTheirNearestPart) {
  Places places(7);
  for (int i = 0; i < rounds(); ++i) {
    const Point center = places.point();
    const auto around = around_on_sphere(center);
    const Shape shape = places.shape();
    const double distance = shape.distance(center);
    const std::vector<std::uint64_t> keys = cells_of(shape, kFinestCoveringCell);
    const auto least =
        std::ranges::min(keys, {}, [&](auto key) { return around->least_distance(key); });
    EXPECT_LE(around->least_distance(least), distance) << i;
    for (const double radius : {distance, distance * 1.5}) {
      EXPECT_TRUE(any_in(keys, around->within(radius))) << i;
    }
  }
}

}  // namespace
}  // namespace cairn::geo
