#include "tests/plan/random_places.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace cairn {

RandomPlaces::RandomPlaces(std::uint32_t seed) : random_(seed), spread_(std::pow(10, real(-4, 2))) {
  for (int i = 0; i < 4; ++i) {
    switch (below(5)) {
      case 0:
        spots_.push_back({chance(50) ? 180.0 : -180.0, real(-80, 80)});
        break;
      case 1:
        spots_.push_back({real(-180, 180), chance(50) ? 90.0 : -90.0});
        break;
      case 2:
        spots_.push_back({45.0 * below(9) - 180, 45.0 * below(5) - 90});
        break;
      default:
        spots_.push_back({real(-180, 180), real(-90, 90)});
    }
  }
}

double RandomPlaces::size() { return spread_ * std::pow(10, real(-1.5, 0.5)); }

RandomPlaces::Pair RandomPlaces::pair() {
  return around(spots_[below(4)], chance(10) ? 0 : spread_);
}

RandomPlaces::Pair RandomPlaces::around(Pair center, double far) {
  double x = std::remainder(center.x + real(-far, far), 360);
  double y = std::clamp(center.y + real(-far, far), -90.0, 90.0);
  if (chance(10)) x = std::round(x);
  if (chance(10)) y = std::round(y);
  return {x, y};
}

std::string RandomPlaces::text(Pair pair) {
  return fmt::format("[{:.17g}, {:.17g}]", pair.x, pair.y);
}

std::string RandomPlaces::point(Pair pair) {
  return fmt::format(R"({{"type": "Point", "coordinates": {}}})", text(pair));
}

// A loop that does not cross itself.
std::string RandomPlaces::ring(Pair center, double far) {
  center.y = std::clamp(center.y, -90 + far, 90 - far);
  const int corners = 3 + static_cast<int>(below(4));
  std::string all;
  std::string first;
  for (int i = 0; i < corners; ++i) {
    const double angle = 2 * M_PI * (i + real(0.1, 0.9)) / corners;
    const double radius = far * real(0.3, 1);
    const Pair corner{std::remainder(center.x + radius * std::cos(angle), 360),
                      std::clamp(center.y + radius * std::sin(angle), -90.0, 90.0)};
    if (i == 0) first = text(corner);
    all += text(corner) + ", ";
  }
  return "[" + all + first + "]";
}

std::string RandomPlaces::geometry() {
  const Pair center = pair();
  const double far = std::min(size(), 60.0);
  const auto next = [&] { return text(around(center, far)); };
  switch (below(8)) {
    case 0:
      return fmt::format(R"({{"type": "LineString", "coordinates": [{}, {}, {}]}})", text(center),
                         next(), next());
    case 1:
    case 2:
      return fmt::format(R"({{"type": "Polygon", "coordinates": [{}]}})", ring(center, far));
    case 3:
      return fmt::format(R"({{"type": "MultiPoint", "coordinates": [{}, {}]}})", text(center),
                         next());
    case 4:
      return fmt::format(R"({{"type": "MultiLineString", "coordinates": [[{}, {}], [{}, {}]]}})",
                         text(center), next(), next(), next());
    case 5:
      return fmt::format(R"({{"type": "MultiPolygon", "coordinates": [[{}], [{}]]}})",
                         ring(center, far), ring(around(center, 3 * far), far));
    case 6:
      return fmt::format(
          R"({{"type": "GeometryCollection", "geometries": [{}, {{"type": "LineString", "coordinates": [{}, {}]}}]}})",
          point(center), next(), next());
    default:
      return point(center);
  }
}

std::string RandomPlaces::place() {
  if (chance(30)) return geometry();
  const Pair at = pair();
  if (chance(15)) return text(at);
  if (chance(5)) return fmt::format(R"({{"lng": {:.17g}, "lat": {:.17g}}})", at.x, at.y);
  return chance(5) ? "null" : point(at);
}

std::string RandomPlaces::pairs() {
  if (chance(80)) return text(pair());
  return fmt::format("[{}, {}]", text(pair()), text(pair()));
}

std::string RandomPlaces::document(int id) {
  std::string all = fmt::format(R"({{"_id": {}, "k": {})", id, below(4));
  if (chance(90)) all += R"(, "p": )" + place();
  if (chance(70)) all += R"(, "q": )" + place();
  if (chance(90)) all += R"(, "f": )" + pairs();
  if (chance(60)) {
    all += R"(, "a": [)";
    const std::uint32_t count = below(3);
    for (std::uint32_t i = 0; i < count; ++i) {
      all += fmt::format(R"({}{{"g": {}, "k": {}}})", i == 0 ? "" : ", ", place(), below(3));
    }
    all += "]";
  }
  return all + "}";
}

std::string RandomPlaces::index(int number) {
  const std::vector<std::string> patterns = {R"({"p": "2dsphere"})",
                                             R"({"p": "2dsphere", "k": -1})",
                                             R"({"k": 1, "p": "2dsphere"})",
                                             R"({"p": "2dsphere", "q": "2dsphere"})",
                                             R"({"q": "2dsphere", "k": 1})",
                                             R"({"a.g": "2dsphere", "a.k": 1})",
                                             R"({"a.k": 1, "a.g": "2dsphere"})",
                                             R"({"f": "2d"})",
                                             R"({"f": "2d", "k": 1})"};
  const std::string pattern = patterns[below(static_cast<std::uint32_t>(patterns.size()))];
  std::string options;
  if (pattern.find("2dsphere") == std::string::npos) {
    if (chance(50)) options = fmt::format(R"(, "bits": {})", 1 + below(32));
    if (chance(30)) options += R"(, "min": -500, "max": 200.5)";
  } else if (chance(30)) {
    options = fmt::format(R"(, "finestIndexedLevel": {})", 5 + below(26));
  }
  return fmt::format(R"({{"v": 2, "key": {}, "name": "x{}"{}}})", pattern, number, options);
}

std::string RandomPlaces::region() {
  switch (below(4)) {
    case 0:
      return fmt::format(R"({{"$geoIntersects": {{"$geometry": {}}}}})", geometry());
    case 1:
      return fmt::format(R"({{"$geoWithin": {{"$centerSphere": [{}, {:.17g}]}}}})", text(pair()),
                         size() * M_PI / 180);
    case 2:
      return flat_region();
    default:
      return fmt::format(
          R"({{"$geoWithin": {{"$geometry": {{"type": "Polygon", "coordinates": [{}]}}}}}})",
          ring(pair(), std::min(size() * 2, 60.0)));
  }
}

std::string RandomPlaces::flat_region() {
  const Pair center = pair();
  const double far = size() * 2;
  switch (below(3)) {
    case 0:
      return fmt::format(R"({{"$geoWithin": {{"$box": [{}, {}]}}}})", text(center),
                         text(around(center, far)));
    case 1:
      return fmt::format(R"({{"$geoWithin": {{"$center": [{}, {:.17g}]}}}})", text(center), far);
    default:
      return fmt::format(R"({{"$geoWithin": {{"$polygon": [{}, {}, {}]}}}})", text(center),
                         text(around(center, far)), text(around(center, far)));
  }
}

std::string RandomPlaces::condition() {
  static constexpr const char* kFields[] = {"p", "p", "q", "a.g", "f"};
  const std::string field = kFields[below(5)];
  std::string all =
      fmt::format(R"("{}": {})", field, field == "f" && chance(60) ? flat_region() : region());
  return all;
}

std::string RandomPlaces::filter() {
  std::string all = "{" + condition();
  if (chance(20)) return fmt::format(R"({{"$or": [{}}}, {{{}}}]}})", all, condition());
  if (chance(20)) return fmt::format(R"({{"$and": [{}}}, {{{}}}]}})", all, condition());
  if (chance(30)) all += fmt::format(R"(, "k": {})", below(4));
  if (chance(15)) all += fmt::format(R"(, "k": {{"$gte": {}}})", below(4));
  if (chance(15)) all += fmt::format(R"(, "a.k": {})", below(3));
  return all + "}";
}

std::string RandomPlaces::bounds(const char* separator, double unit) {
  std::string all;
  if (chance(40)) all += fmt::format(R"({}"$maxDistance": {:.17g})", separator, size() * unit * 2);
  if (chance(25)) all += fmt::format(R"({}"$minDistance": {:.17g})", separator, size() * unit / 2);
  return all;
}

std::string RandomPlaces::near(const std::vector<std::string>& specs) {
  const std::string& spec = specs[below(static_cast<std::uint32_t>(specs.size()))];
  const bool flat = spec.find("2dsphere") == std::string::npos;
  std::string field = "p";
  if (flat) field = "f";
  if (spec.find(R"("a.g")") != std::string::npos) field = "a.g";
  if (spec.find(R"({"q")") != std::string::npos) field = "q";
  const double degree = M_PI / 180;
  std::string near;
  if (flat && chance(60)) {
    near = fmt::format(R"({{"$near": {}{}}})", text(pair()), bounds(", ", 1));
  } else if (flat || chance(30)) {
    near = fmt::format(R"({{"$nearSphere": {}{}}})", text(pair()), bounds(", ", degree));
  } else {
    near = fmt::format(R"({{"$near": {{"$geometry": {}{}}}}})", point(pair()),
                       bounds(", ", degree * 6378100));
  }
  std::string all = fmt::format(R"({{"{}": {})", field, near);
  if (spec.find(R"({"k")") != std::string::npos || chance(20)) {
    all += fmt::format(R"(, "k": {})", chance(50) ? std::to_string(below(4)) : R"({"$gte": 1})");
  }
  if (spec.find(R"({"a.k")") != std::string::npos) all += fmt::format(R"(, "a.k": {})", below(3));
  if (chance(20)) all += R"(, "q": )" + region();
  return all + "}";
}

}  // namespace cairn
