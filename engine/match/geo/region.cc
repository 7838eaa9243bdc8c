#include "engine/match/geo/region.h"

#include "engine/bson/shell_text.h"

#include <fmt/format.h>

#include <cmath>

namespace cairn::match {
namespace {

ValueView nth(DocumentView list, int index) {
  for (const Element& element : list) {
    if (index-- == 0) return element.value;
  }
  return {};
}

Result<geo::Box> parse_box(DocumentView corners) {
  CAIRN_ASSIGN_OR_RETURN(const geo::Point a, parse_point(nth(corners, 0), Surplus::kRefused));
  CAIRN_ASSIGN_OR_RETURN(const geo::Point b, parse_point(nth(corners, 1), Surplus::kRefused));
  return geo::Box::of_corners(a, b);
}

Result<geo::Circle> parse_circle(DocumentView argument) {
  CAIRN_ASSIGN_OR_RETURN(const geo::Point center, parse_point(nth(argument, 0), Surplus::kRefused));
  const ValueView radius = nth(argument, 1);
  if (!radius.is_number() || !(radius.to_double() >= 0)) {
    return bad_geometry("Radius must be a non-negative number: " + to_shell_text(radius));
  }
  if (argument.count() > 2) {
    return bad_geometry("Only 2 fields allowed for circular region, but more were provided");
  }
  return geo::Circle{center, radius.to_double()};
}

Result<geo::Shape> parse_cap(DocumentView argument) {
  CAIRN_ASSIGN_OR_RETURN(const geo::Circle circle, parse_circle(argument));
  if (geo::on_sphere(circle.center)) return geo::Shape::cap(circle.center, circle.radius);
  return bad_geometry(fmt::format("Longitude/latitude is out of bounds, lng: {:g} lat: {:g}",
                                  circle.center.x, circle.center.y));
}

Result<geo::Polygon> parse_polygon(DocumentView corners) {
  geo::Polygon polygon;
  for (const Element& element : corners) {
    CAIRN_ASSIGN_OR_RETURN(const geo::Point corner, parse_point(element.value, Surplus::kRefused));
    polygon.corners.push_back(corner);
  }
  if (polygon.corners.size() >= 3) return polygon;
  return bad_geometry(fmt::format("Polygon must have at least 3 points, instead got {} vertices",
                                  polygon.corners.size()));
}

// The result of a parser as one of the alternatives of `Shape`.
template <typename Shape, typename Parsed>
Result<Shape> as_shape(Result<Parsed> parsed) {
  if (!parsed.ok()) return parsed.take_status();
  return Shape(std::move(*parsed));
}

}  // namespace

Result<Region::Shape> Region::parse_shape(const Element& specifier) {
  const ValueView value = specifier.value;
  if (value.is_document() || value.is_array()) {
    const DocumentView argument = value.as_document();
    if (specifier.name == "$geometry") return parse_geometry_shape(value);
    if (specifier.name == "$box") return as_shape<Shape>(parse_box(argument));
    if (specifier.name == "$center") return as_shape<Shape>(parse_circle(argument));
    if (specifier.name == "$centerSphere") return as_shape<Shape>(parse_cap(argument));
    if (specifier.name == "$polygon") return as_shape<Shape>(parse_polygon(argument));
  }
  return bad_geometry("unknown geo specifier: " + to_shell_text(specifier));
}

Result<Region> Region::parse(std::string_view name, ValueView argument) {
  if (!argument.is_document()) return bad_geometry("geometry must be an object");
  const DocumentView document = argument.as_document();
  if (document.empty()) return bad_geometry("geo query doesn't have any geometry");
  CAIRN_ASSIGN_OR_RETURN(Shape shape, parse_shape(*document.begin()));
  if (document.count() > 1) {
    return bad_geometry(fmt::format("{} doesn't accept multiple shapes {}", name,
                                    to_shell_text(Element{name, argument})));
  }
  return Region(std::move(shape));
}

Result<Region::Shape> Region::parse_geometry_shape(ValueView value) {
  CAIRN_ASSIGN_OR_RETURN(const Geometry geometry, parse_geometry(value));
  return geometry.on_sphere() ? Shape(geometry.as_shape()) : Shape(Nowhere());
}

bool Region::may_contain() const {
  if (std::holds_alternative<Nowhere>(shape_)) return false;
  const auto* shape = std::get_if<geo::Shape>(&shape_);
  return shape == nullptr || shape->has_area();
}

bool Region::may_intersect() const {
  return std::holds_alternative<Nowhere>(shape_) || std::holds_alternative<geo::Shape>(shape_);
}

bool Region::contains(const Geometry& stored) const {
  if (stored.strict_winding) return false;
  if (const auto* box = std::get_if<geo::Box>(&shape_)) {
    return stored.point && box->contains(*stored.point);
  }
  if (const auto* circle = std::get_if<geo::Circle>(&shape_)) {
    return stored.point && circle->contains(*stored.point);
  }
  if (const auto* polygon = std::get_if<geo::Polygon>(&shape_)) {
    return stored.point && polygon->contains(*stored.point);
  }
  const auto* shape = std::get_if<geo::Shape>(&shape_);
  if (shape == nullptr || !stored.on_sphere()) return false;
  return stored.point ? shape->contains(*stored.point) : shape->contains(*stored.shape);
}

std::optional<geo::KeyIntervals> Region::cells() const {
  if (std::holds_alternative<Nowhere>(shape_)) return geo::KeyIntervals();
  const auto* shape = std::get_if<geo::Shape>(&shape_);
  return shape == nullptr ? std::nullopt : std::optional(geo::cells_around(*shape));
}

std::optional<geo::KeyIntervals> Region::squares(const geo::Grid& grid) const {
  if (const auto* box = std::get_if<geo::Box>(&shape_)) return grid.cover(*box);
  if (const auto* circle = std::get_if<geo::Circle>(&shape_)) return grid.cover(*circle);
  if (const auto* polygon = std::get_if<geo::Polygon>(&shape_)) return grid.cover(*polygon);
  const auto* shape = std::get_if<geo::Shape>(&shape_);
  return shape == nullptr ? std::nullopt : geo::cap_in_grid(*shape, grid);
}

bool Region::intersects(const Geometry& stored) const {
  const auto* shape = std::get_if<geo::Shape>(&shape_);
  if (shape == nullptr || stored.strict_winding || !stored.on_sphere()) return false;
  return stored.point ? shape->intersects(*stored.point) : shape->intersects(*stored.shape);
}

}  // namespace cairn::match
