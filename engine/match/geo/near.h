// Near: how far a document's places are from a point; what `$near`, `$nearSphere` and `$geoNear`
// sort by.
#pragma once

#include "engine/bson/path.h"
#include "engine/match/geo/geometry.h"

#include <limits>
#include <optional>
#include <string_view>

namespace cairn::match {

// Immutable, thread-safe.
class Near {
 public:
  enum class Measure : std::uint8_t {
    kPlane,    // in the coordinates' own unit
    kRadians,  // on the sphere
    kMeters,   // on the earth
  };
  struct Found {
    double distance = 0;
    ValueView place;  // the nearest, as the document has it
  };

  // Of the document that `$near` (or `$nearSphere`, `$geoNear`) is the first field of. Errors with
  // MongoDB's codes.
  static Result<Near> parse(std::string_view path, DocumentView operators);
  Near(std::string_view path, geo::Point center, Measure measure)
      : path_(path), center_(center), measure_(measure) {}

  // Both belong to the ring that is asked for.
  void set_bounds(double minimum, double maximum) {
    minimum_ = minimum;
    maximum_ = maximum;
  }

  const FieldPath& path() const { return path_; }
  geo::Point center() const { return center_; }
  Measure measure() const { return measure_; }
  double minimum() const { return minimum_; }
  double maximum() const { return maximum_; }

  // The nearest of the places at the path; nullopt where there is none, or it is out of the bounds.
  std::optional<Found> find(DocumentView document) const;
  bool is_within(double distance) const;
  // Of one place, whatever the bounds; nullopt where it is none.
  std::optional<double> distance(ValueView place) const;

 private:
  Status parse_legacy(DocumentView operators);
  Status parse_new(DocumentView argument);
  Status read_geojson(DocumentView geojson);
  std::optional<double> measure(const Geometry& place) const;

  FieldPath path_;
  geo::Point center_;
  Measure measure_;
  double minimum_ = 0;
  double maximum_ = std::numeric_limits<double>::max();
};

inline constexpr double kEarthRadiusMeters = 6378100.0;

}  // namespace cairn::match
