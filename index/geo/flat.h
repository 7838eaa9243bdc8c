// Shapes on the plane: MongoDB's legacy `$box`, `$center` and `$polygon`. Borders belong to a
// shape.
#pragma once

#include <vector>

namespace cairn::geo {

struct Point {
  double x = 0;
  double y = 0;
};

double distance(Point a, Point b);

struct Box {
  Point lowest;
  Point highest;

  // Of any two opposite corners.
  static Box of_corners(Point a, Point b);
  bool contains(Point point) const;
};

struct Circle {
  Point center;
  double radius = 0;

  bool contains(Point point) const { return distance(center, point) <= radius; }
};

// Closed by itself: the last corner is joined to the first. By the even-odd rule. A corner, and a
// point on a level or an upright edge, is inside; a point on a slanted one, only where the polygon
// lies to its left, as in MongoDB.
struct Polygon {
  std::vector<Point> corners;

  bool contains(Point point) const;
};

}  // namespace cairn::geo
