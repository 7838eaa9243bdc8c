// Shapes on the sphere, with geodesic edges. Coordinates are degrees: x the longitude, y the
// latitude; distances are radians. The only place that includes S2. Source of the shapes: RFC 7946
// (GeoJSON), and MongoDB's manual, "GeoJSON Objects", for polygons of strict winding.
#pragma once

#include "index/geo/flat.h"

#include <cairn/status.h>

#include <functional>
#include <memory>
#include <vector>

class S2Region;

namespace cairn::geo {

// Longitude within ±180, latitude within ±90.
bool on_sphere(Point point);

// Between two points on the sphere.
double angle(Point a, Point b);

// Immutable; cheap to copy; thread-safe.
class Shape {
 public:
  // REQUIRES (all): every point is on_sphere.
  static Shape point(Point at);
  // Error: BadValue, with what is wrong: fewer than two different points, opposite neighbours.
  static Result<Shape> line(const std::vector<Point>& points);
  // The first loop is the border, the others are holes; each is closed by itself, whichever way it
  // turns. It holds at most half of the sphere. Error: BadValue with what is wrong.
  static Result<Shape> polygon(const std::vector<std::vector<Point>>& loops);
  // What lies to the left of the loop, however much that is.
  static Result<Shape> wound_polygon(const std::vector<Point>& loop);
  static Shape cap(Point center, double radius);
  static Shape collection(const std::vector<Shape>& parts);

  // A polygon or a collection of polygons, or a cap, may contain; other parts never do. Every part
  // of `other` must lie in one part of this one. Borders belong to polygons for points.
  bool contains(const Shape& other) const;
  bool contains(Point point) const;
  // Some point is common. A cap intersects nothing: MongoDB does not ask it.
  bool intersects(const Shape& other) const;
  bool intersects(Point point) const;
  // Whether it may contain anything but a point of its own: it has a polygon or a cap.
  bool has_area() const;
  // Of the nearest point of the shape; 0 within a polygon.
  double distance(Point from) const;

  // Calls `visit` with each part as S2 has it. For what stands in this folder.
  void visit_regions(const std::function<void(const S2Region&)>& visit) const;

 private:
  struct Part;
  using Parts = std::vector<std::shared_ptr<const Part>>;  // shared by the copies of a shape
  explicit Shape(std::shared_ptr<const Part> part) : parts_{std::move(part)} {}
  Shape() = default;

  Parts parts_;
};

}  // namespace cairn::geo
