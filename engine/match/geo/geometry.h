// Geometry: where a document or a query says that something is: GeoJSON, or a legacy pair of
// coordinates. Source: MongoDB's manual, "GeoJSON Objects" and "Legacy Coordinate Pairs".
#pragma once

#include "index/geo/shape.h"

#include <cairn/bson.h>

#include <optional>

namespace cairn::match {

// What a point may hold behind its two numbers.
// BadValue, with what is wrong with a shape or an operator over shapes.
Status bad_geometry(std::string message);

enum class Surplus : bool { kRefused, kIgnored };

// Of an array or a document whose first two values are numbers. Errors: BadValue.
Result<geo::Point> parse_point(ValueView value, Surplus surplus);

// Immutable; cheap to copy.
struct Geometry {
  // A point has its coordinates here, so that nothing need be allocated for it; `on_plane`: it is a
  // legacy pair.
  std::optional<geo::Point> point;
  bool on_plane = false;
  // Of a GeoJSON polygon whose border says by its direction which side is meant.
  bool strict_winding = false;
  std::string_view type;                 // "Polygon"; empty for a legacy pair
  std::optional<geo::Shape> shape = {};  // what is no point

  // Whether it has a place on the sphere: legacy pairs may be out of bounds.
  bool on_sphere() const { return !point || geo::on_sphere(*point); }
  // On the sphere. REQUIRES: on_sphere().
  geo::Shape as_shape() const { return shape ? *shape : geo::Shape::point(*point); }
};

// Errors: BadValue with MongoDB's words.
Result<Geometry> parse_geojson(DocumentView geojson);
// What stands in `$geometry`: GeoJSON or a legacy pair.
Result<Geometry> parse_geometry(ValueView value);
// What a 2dsphere index is to keep. Errors: BadValue with MongoDB's words.
Result<Geometry> parse_indexed_geometry(ValueView value);
// What a document holds; nullopt where it is no geometry.
std::optional<Geometry> stored_geometry(ValueView value);

}  // namespace cairn::match
