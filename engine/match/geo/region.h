// Region: the shape that `$geoWithin` and `$geoIntersects` ask about.
#pragma once

#include "engine/match/geo/geometry.h"
#include "index/geo/cells.h"
#include "index/geo/grid.h"

#include <optional>
#include <variant>

namespace cairn::match {

// Immutable, thread-safe. Asking about a stored point allocates nothing.
class Region {
 public:
  // Of `{$geometry: …}`, `{$box: …}`, `{$center: …}`, `{$centerSphere: …}` or `{$polygon: …}`.
  // `name` is the operator's, for the words of errors: BadValue.
  static Result<Region> parse(std::string_view name, ValueView argument);

  // Whether the region is of a kind that may contain others, or meet them.
  bool may_contain() const;
  bool may_intersect() const;

  // A region on the plane contains points only.
  bool contains(const Geometry& stored) const;
  bool intersects(const Geometry& stored) const;

  // Where a 2dsphere index, or a 2d index, keeps all that the region may contain or meet; nullopt:
  // it does not tell.
  std::optional<geo::KeyIntervals> cells() const;
  std::optional<geo::KeyIntervals> squares(const geo::Grid& grid) const;

 private:
  struct Nowhere {};  // a legacy pair that is not on the sphere
  using Shape = std::variant<Nowhere, geo::Shape, geo::Box, geo::Circle, geo::Polygon>;
  explicit Region(Shape shape) : shape_(std::move(shape)) {}
  static Result<Shape> parse_shape(const Element& specifier);

  static Result<Shape> parse_geometry_shape(ValueView value);

  Shape shape_;
};

}  // namespace cairn::match
