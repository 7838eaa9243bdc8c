#include "index/geo/flat.h"

#include <algorithm>
#include <cmath>

namespace cairn::geo {
namespace {

bool between(double value, double a, double b) {
  return value >= std::min(a, b) && value <= std::max(a, b);
}

// On an edge that is parallel to an axis.
bool on_straight_edge(Point p, Point a, Point b) {
  if (a.y == b.y && p.y == a.y) return between(p.x, a.x, b.x);
  return a.x == b.x && p.x == a.x && between(p.y, a.y, b.y);
}

// Whether a ray from `p` to the right meets the edge; its lower end does not count.
bool ray_meets(Point p, Point a, Point b) {
  if (p.y <= std::min(a.y, b.y) || p.y > std::max(a.y, b.y)) return false;
  const double x = (p.y - a.y) * (b.x - a.x) / (b.y - a.y) + a.x;
  return p.x <= x;
}

}  // namespace

double distance(Point a, Point b) {
  const double x = a.x - b.x;
  const double y = a.y - b.y;
  return std::sqrt(x * x + y * y);
}

Box Box::of_corners(Point a, Point b) {
  return {{std::min(a.x, b.x), std::min(a.y, b.y)}, {std::max(a.x, b.x), std::max(a.y, b.y)}};
}

bool Box::contains(Point point) const {
  return point.x >= lowest.x && point.x <= highest.x && point.y >= lowest.y && point.y <= highest.y;
}

bool Polygon::contains(Point point) const {
  bool inside = false;
  for (std::size_t i = 0; i < corners.size(); ++i) {
    const Point a = corners[i];
    const Point b = corners[(i + 1) % corners.size()];
    if (point.x == a.x && point.y == a.y) return true;
    if (on_straight_edge(point, a, b)) return true;
    if (ray_meets(point, a, b)) inside = !inside;
  }
  return inside;
}

}  // namespace cairn::geo
