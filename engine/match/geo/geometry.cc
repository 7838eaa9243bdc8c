// Reading of GeoJSON and of legacy pairs. The words of the errors are MongoDB's.
#include "engine/match/geo/geometry.h"

#include "engine/bson/shell_text.h"

#include <fmt/format.h>

#include <cmath>
#include <vector>

namespace cairn::match {
namespace {

using Points = std::vector<geo::Point>;
using Shapes = std::vector<geo::Shape>;

constexpr std::string_view kStrictWinding = "urn:x-mongodb:crs:strictwinding:EPSG:4326";

std::string type_text(ValueView value) {
  return value.missing() ? "missing" : std::string(type_name(value.type()));
}

// Whether the object's coordinate system asks for strict winding. All others mean the same.
Result<bool> parse_crs(DocumentView geojson) {
  const ValueView crs = geojson["crs"];
  if (crs.missing()) return false;
  if (!crs.is_document()) {
    return bad_geometry("GeoJSON CRS must be an object, instead got type " + type_text(crs));
  }
  const ValueView type = crs.as_document()["type"];
  if (!type.is_string() || type.as_string() != "name") {
    return bad_geometry("GeoJSON CRS must have field \"type\": \"name\"");
  }
  const ValueView properties = crs.as_document()["properties"];
  if (!properties.is_document()) {
    return bad_geometry("CRS must have field \"properties\" which is an object, instead got type " +
                        type_text(properties));
  }
  const ValueView name = properties.as_document()["name"];
  if (!name.is_string()) {
    return bad_geometry("In CRS, \"properties.name\" must be a string, instead got type " +
                        type_text(name));
  }
  if (name.as_string() == kStrictWinding) return true;
  if (name.as_string() == "EPSG:4326" || name.as_string() == "urn:ogc:def:crs:OGC:1.3:CRS84") {
    return false;
  }
  return bad_geometry("Unknown CRS name: " + std::string(name.as_string()));
}

Result<geo::Point> parse_position(ValueView value) {
  CAIRN_ASSIGN_OR_RETURN(const geo::Point point, parse_point(value, Surplus::kIgnored));
  if (geo::on_sphere(point)) return point;
  return bad_geometry(
      fmt::format("Longitude/latitude is out of bounds, lng: {:g} lat: {:g}", point.x, point.y));
}

Result<Points> parse_positions(ValueView value) {
  if (!value.is_array()) {
    return bad_geometry("GeoJSON coordinates must be an array of coordinates, instead got type " +
                        type_text(value));
  }
  Points points;
  for (const Element& element : value.as_document()) {
    if (!element.value.is_array()) {
      return bad_geometry("GeoJSON coordinates must be an array, instead got type " +
                          type_text(element.value));
    }
    CAIRN_ASSIGN_OR_RETURN(const geo::Point point, parse_position(element.value));
    points.push_back(point);
  }
  return points;
}

Result<geo::Shape> parse_line(ValueView coordinates) {
  CAIRN_ASSIGN_OR_RETURN(const Points points, parse_positions(coordinates));
  auto line = geo::Shape::line(points);
  if (line.ok()) return line;
  const std::size_t distinct = points.empty() ? 0 : 1;
  return bad_geometry(fmt::format("{}, instead got {} vertices: {}", line.status().message(),
                                  distinct, to_shell_text(coordinates)));
}

bool same(geo::Point a, geo::Point b) { return a.x == b.x && a.y == b.y; }

// How many corners differ from the one before.
std::size_t distinct_corners(const Points& loop) {
  std::size_t count = 0;
  for (std::size_t i = 1; i < loop.size(); ++i) count += same(loop[i - 1], loop[i]) ? 0 : 1;
  return count;
}

Result<Points> parse_loop(ValueView value) {
  CAIRN_ASSIGN_OR_RETURN(Points loop, parse_positions(value));
  if (loop.empty()) return bad_geometry("Loop has no vertices: " + to_shell_text(value));
  if (!same(loop.front(), loop.back())) {
    return bad_geometry("Loop is not closed, first vertex does not equal last vertex: " +
                        to_shell_text(value));
  }
  if (const std::size_t corners = distinct_corners(loop); corners < 3) {
    return bad_geometry(
        fmt::format("Loop must have at least 3 different vertices, {} unique vertices were "
                    "provided: {}",
                    corners, to_shell_text(value)));
  }
  return loop;
}

enum class Winding : bool { kAny, kStrict };

Result<geo::Shape> parse_polygon(ValueView coordinates, Winding winding) {
  if (!coordinates.is_array()) {
    return bad_geometry("Polygon coordinates must be an array, instead got type " +
                        type_text(coordinates));
  }
  std::vector<Points> loops;
  for (const Element& element : coordinates.as_document()) {
    CAIRN_ASSIGN_OR_RETURN(Points loop, parse_loop(element.value));
    loops.push_back(std::move(loop));
  }
  if (loops.empty()) return bad_geometry("Polygon has no loops.");
  if (winding == Winding::kStrict && loops.size() > 1) {
    return bad_geometry(
        fmt::format("Only one simple loop is allowed in a big polygon, instead provided {} "
                    "loops: {}",
                    loops.size(), to_shell_text(coordinates)));
  }
  auto polygon = winding == Winding::kStrict ? geo::Shape::wound_polygon(loops.front())
                                             : geo::Shape::polygon(loops);
  if (polygon.ok()) return polygon;
  const Status invalid = polygon.take_status();
  const std::string_view reason = invalid.message();
  if (reason.starts_with("Secondary")) {
    return bad_geometry(fmt::format("{}: {}", reason, to_shell_text(coordinates)));
  }
  return bad_geometry(fmt::format("Loop is not valid: {} {}", to_shell_text(coordinates), reason));
}

Result<geo::Shape> parse_any_polygon(ValueView coordinates) {
  return parse_polygon(coordinates, Winding::kAny);
}

Result<geo::Shape> parse_several(std::string_view type, ValueView coordinates,
                                 Result<geo::Shape> (*parse_one)(ValueView)) {
  if (!coordinates.is_array()) {
    return bad_geometry(fmt::format("{} coordinates must be an array, instead got type {}", type,
                                    type_text(coordinates)));
  }
  Shapes shapes;
  for (const Element& element : coordinates.as_document()) {
    CAIRN_ASSIGN_OR_RETURN(geo::Shape shape, parse_one(element.value));
    shapes.push_back(std::move(shape));
  }
  if (shapes.empty())
    return bad_geometry(fmt::format("{} coordinates must have at least 1 element", type));
  return geo::Shape::collection(shapes);
}

Result<geo::Shape> parse_multi_point(ValueView coordinates) {
  CAIRN_ASSIGN_OR_RETURN(const Points points, parse_positions(coordinates));
  if (points.empty()) return bad_geometry("MultiPoint coordinates must have at least 1 element");
  Shapes shapes;
  for (const geo::Point point : points) shapes.push_back(geo::Shape::point(point));
  return geo::Shape::collection(shapes);
}

std::string_view type_of(DocumentView geojson) {
  const ValueView type = geojson["type"];
  return type.is_string() ? type.as_string() : std::string_view();
}

bool is_known(std::string_view type) {
  return type == "Point" || type == "LineString" || type == "Polygon" || type == "MultiPoint" ||
         type == "MultiLineString" || type == "MultiPolygon" || type == "GeometryCollection";
}

Result<geo::Shape> parse_collection(ValueView geometries) {
  if (!geometries.is_array()) {
    return bad_geometry("GeometryCollection geometries must be an array, instead got type " +
                        type_text(geometries));
  }
  Shapes shapes;
  for (const Element& element : geometries.as_document()) {
    if (!element.value.is_document()) {
      return bad_geometry(
          fmt::format("Element {} of \"geometries\" must be an object, instead got type {}: {}",
                      element.name, type_text(element.value), to_shell_text(element.value)));
    }
    const DocumentView part = element.value.as_document();
    const std::string_view type = type_of(part);
    if (!is_known(type)) return bad_geometry("Unknown GeoJSON type: " + to_shell_text(part));
    if (type == "GeometryCollection") {
      return bad_geometry("GeometryCollections cannot be nested: " + to_shell_text(part));
    }
    CAIRN_ASSIGN_OR_RETURN(const Geometry geometry, parse_geojson(part));
    shapes.push_back(geometry.as_shape());
  }
  if (shapes.empty())
    return bad_geometry("GeometryCollection geometries must have at least 1 element");
  return geo::Shape::collection(shapes);
}

Result<geo::Shape> parse_shape(std::string_view type, DocumentView geojson, Winding winding) {
  const ValueView coordinates = geojson["coordinates"];
  if (type == "LineString") return parse_line(coordinates);
  if (type == "Polygon") return parse_polygon(coordinates, winding);
  if (type == "MultiPoint") return parse_multi_point(coordinates);
  if (type == "MultiLineString") return parse_several(type, coordinates, parse_line);
  if (type == "MultiPolygon") return parse_several(type, coordinates, parse_any_polygon);
  return parse_collection(geojson["geometries"]);
}

bool begins_with_number(DocumentView document) {
  return !document.empty() && document.begin()->value.is_number();
}

}  // namespace

Status bad_geometry(std::string message) { return {ErrorCode::kBadValue, std::move(message)}; }

Result<geo::Point> parse_point(ValueView value, Surplus surplus) {
  if (!value.is_array() && !value.is_document()) {
    return bad_geometry("Point must be an array or object, instead got type " + type_text(value));
  }
  double numbers[2] = {};
  auto element = value.as_document().begin();
  const auto end = value.as_document().end();
  for (double& number : numbers) {
    const ValueView part = element == end ? ValueView() : element->value;
    if (!part.is_number()) {
      return bad_geometry("Point must only contain numeric elements, instead got type " +
                          type_text(part));
    }
    number = part.to_double();
    if (!std::isfinite(number)) return bad_geometry("Point coordinates must be finite numbers");
    ++element;
  }
  if (surplus == Surplus::kRefused && element != end) {
    return bad_geometry("Point must only contain two numeric elements");
  }
  return geo::Point{numbers[0], numbers[1]};
}

Result<Geometry> parse_geojson(DocumentView geojson) {
  const std::string_view type = type_of(geojson);
  if (type.empty()) {
    return bad_geometry("unknown GeoJSON type (type field missing or not a string)");
  }
  if (!is_known(type)) return bad_geometry(fmt::format("unknown GeoJSON type '{}'", type));
  CAIRN_ASSIGN_OR_RETURN(const bool strict, parse_crs(geojson));
  if (strict && type != "Polygon") {
    return bad_geometry("Strict winding order CRS is only supported by polygon");
  }
  Geometry geometry{.strict_winding = strict, .type = type};
  if (type == "Point") {
    CAIRN_ASSIGN_OR_RETURN(geometry.point, parse_position(geojson["coordinates"]));
    return geometry;
  }
  const Winding winding = strict ? Winding::kStrict : Winding::kAny;
  CAIRN_ASSIGN_OR_RETURN(geometry.shape, parse_shape(type, geojson, winding));
  return geometry;
}

Result<Geometry> parse_geometry(ValueView value) {
  if (value.is_document() && !begins_with_number(value.as_document())) {
    return parse_geojson(value.as_document());
  }
  CAIRN_ASSIGN_OR_RETURN(const geo::Point point, parse_point(value, Surplus::kRefused));
  return Geometry{.point = point, .on_plane = true};
}

Result<Geometry> parse_indexed_geometry(ValueView value) {
  if (!value.is_document() && !value.is_array()) {
    return bad_geometry("geo element must be an array or object: " + to_shell_text(value));
  }
  if (value.is_array() || begins_with_number(value.as_document())) {
    CAIRN_ASSIGN_OR_RETURN(const geo::Point point, parse_point(value, Surplus::kIgnored));
    if (geo::on_sphere(point)) return Geometry{.point = point, .on_plane = true};
    return bad_geometry("can't project geometry into spherical CRS: " + to_shell_text(value));
  }
  CAIRN_ASSIGN_OR_RETURN(Geometry geometry, parse_geojson(value.as_document()));
  if (!geometry.strict_winding) return geometry;
  return bad_geometry("can't index geometry with strict winding order: " + to_shell_text(value));
}

std::optional<Geometry> stored_geometry(ValueView value) {
  if (!value.is_document() && !value.is_array()) return std::nullopt;
  if (begins_with_number(value.as_document())) {
    auto point = parse_point(value, Surplus::kIgnored);
    if (!point.ok()) return std::nullopt;
    return Geometry{.point = *point, .on_plane = true};
  }
  if (!value.is_document() || !is_known(type_of(value.as_document()))) return std::nullopt;
  auto geometry = parse_geojson(value.as_document());
  return geometry.ok() ? std::optional<Geometry>(std::move(*geometry)) : std::nullopt;
}

}  // namespace cairn::match
