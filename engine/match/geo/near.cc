#include "engine/match/geo/near.h"

#include "engine/bson/shell_text.h"

#include <fmt/format.h>

namespace cairn::match {
namespace {

struct BoundErrors {
  ErrorCode not_a_number;
  ErrorCode negative;
};

Status read_bound(const Element& bound, BoundErrors errors, double& out) {
  if (!bound.value.is_number()) {
    return {errors.not_a_number, fmt::format("{} must be a number", bound.name)};
  }
  out = bound.value.to_double();
  if (out >= 0) return Status();
  return {errors.negative, fmt::format("{} must be non-negative", bound.name)};
}

// `{0: 1, 1: 2}` as MongoDB shows an array that it takes for a document.
std::string list_text(DocumentView list) { return to_shell_text(list); }

bool is_geojson(DocumentView document) { return document["type"].is_string(); }

}  // namespace

Result<Near> Near::parse(std::string_view path, DocumentView operators) {
  const Element near = *operators.begin();
  if (!near.value.is_document() && !near.value.is_array()) {
    return bad_geometry("near must be first in: " + to_shell_text(operators));
  }
  Near parsed(path, {}, near.name == "$nearSphere" ? Measure::kRadians : Measure::kPlane);
  const DocumentView argument = near.value.as_document();
  const bool wrapped = near.value.is_document() && !argument["$geometry"].missing();
  if (!wrapped && !(near.value.is_document() && is_geojson(argument))) {
    CAIRN_RETURN_IF_ERROR(parsed.parse_legacy(operators));
    return parsed;
  }
  if (auto extra = operators.begin(); ++extra != operators.end()) {
    return bad_geometry(
        "geo near accepts just one argument when querying for a GeoJSON point. Extra field "
        "found: " +
        to_shell_text(*extra));
  }
  CAIRN_RETURN_IF_ERROR(wrapped ? parsed.parse_new(argument) : parsed.read_geojson(argument));
  return parsed;
}

Status Near::parse_legacy(DocumentView operators) {
  auto field = operators.begin();
  const DocumentView argument = field->value.as_document();
  auto center = parse_point(field->value, Surplus::kIgnored);
  if (!center.ok()) {
    return bad_geometry("invalid point provided to geo near query: " + list_text(argument));
  }
  center_ = *center;
  auto surplus = argument.begin();
  ++ ++surplus;
  if (surplus != argument.end() && surplus->value.is_number()) {
    maximum_ = surplus->value.to_double();
    if (!(maximum_ >= 0)) return {location(18522), "max distance must be non-negative"};
  }
  for (++field; field != operators.end(); ++field) {
    if (field->name == "$maxDistance") {
      CAIRN_RETURN_IF_ERROR(read_bound(*field, {location(16895), location(16896)}, maximum_));
    } else if (field->name == "$minDistance") {
      CAIRN_RETURN_IF_ERROR(read_bound(*field, {location(16893), location(16894)}, minimum_));
    } else if (field->name != "$uniqueDocs") {
      return {location(34413), fmt::format("invalid argument in geo near query: {}", field->name)};
    }
  }
  if (measure_ == Measure::kRadians && !geo::on_sphere(center_)) {
    return bad_geometry(
        fmt::format("Legacy point is out of bounds for spherical query, lng: {:g} lat: {:g}",
                    center_.x, center_.y));
  }
  return Status();
}

Status Near::read_geojson(DocumentView geojson) {
  const auto refuse = [&](std::string_view reason) {
    return bad_geometry(fmt::format("invalid point in geo near query $geometry argument: {}  {}",
                                    to_shell_text(geojson), reason));
  };
  const ValueView type = geojson["type"];
  if (type.is_string() && type.as_string() != "Point") {
    return refuse(fmt::format("Expected geojson geometry with type Point, but got type {}",
                              type.as_string()));
  }
  auto geometry = parse_geojson(geojson);
  if (!geometry.ok()) return refuse(geometry.status().message());
  center_ = *geometry->point;
  measure_ = Measure::kMeters;
  return Status();
}

Status Near::parse_new(DocumentView argument) {
  for (const Element& field : argument) {
    if (field.name == "$geometry") {
      const bool list = field.value.is_array();
      if (list || !field.value.is_document()) {
        return bad_geometry(
            "$near requires geojson point, given " +
            (list ? list_text(field.value.as_document()) : to_shell_text(field.value)));
      }
      CAIRN_RETURN_IF_ERROR(read_geojson(field.value.as_document()));
    } else if (field.name == "$maxDistance") {
      CAIRN_RETURN_IF_ERROR(
          read_bound(field, {ErrorCode::kBadValue, ErrorCode::kBadValue}, maximum_));
    } else if (field.name == "$minDistance") {
      CAIRN_RETURN_IF_ERROR(
          read_bound(field, {ErrorCode::kBadValue, ErrorCode::kBadValue}, minimum_));
    } else {
      return bad_geometry(fmt::format("invalid argument in geo near query: {}", field.name));
    }
  }
  return Status();
}

std::optional<double> Near::measure(const Geometry& place) const {
  if (measure_ == Measure::kPlane) {
    if (!place.point) return std::nullopt;
    return geo::distance(*place.point, center_);
  }
  if (!place.on_sphere() || place.strict_winding) return std::nullopt;
  const double radians =
      place.point ? geo::angle(*place.point, center_) : place.shape->distance(center_);
  return measure_ == Measure::kMeters ? radians * kEarthRadiusMeters : radians;
}

std::optional<double> Near::distance(ValueView place) const {
  const std::optional<Geometry> geometry = stored_geometry(place);
  return geometry ? measure(*geometry) : std::nullopt;
}

bool Near::is_within(double distance) const { return distance >= minimum_ && distance <= maximum_; }

std::optional<Near::Found> Near::find(DocumentView document) const {
  std::optional<Found> nearest;
  visit_path(document, path_, LeafArray::kExpand, [&](const PathValue& found) {
    const std::optional<double> far = distance(found.value);
    if (far && (!nearest || *far < nearest->distance)) nearest = Found{*far, found.value};
    return false;
  });
  if (!nearest || !is_within(nearest->distance)) return std::nullopt;
  // As MongoDB gives them, which reckons in meters: the last digit is another.
  if (measure_ == Measure::kRadians) {
    nearest->distance = nearest->distance * kEarthRadiusMeters / kEarthRadiusMeters;
  }
  return nearest;
}

}  // namespace cairn::match
