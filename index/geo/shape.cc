#include "index/geo/shape.h"

#include <s2/s2cap.h>
#include <s2/s2cell.h>
#include <s2/s2latlng.h>
#include <s2/s2loop.h>
#include <s2/s2point_region.h>
#include <s2/s2polygon.h>
#include <s2/s2polyline.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <variant>

namespace cairn::geo {
namespace {

using Line = std::unique_ptr<S2Polyline>;
using Area = std::unique_ptr<S2Polygon>;

S2Point to_s2(Point point) { return S2LatLng::FromDegrees(point.y, point.x).ToPoint(); }

// Points in turn, without repetitions of the one before.
std::vector<S2Point> vertices(const std::vector<Point>& points) {
  std::vector<S2Point> made;
  for (const Point point : points) {
    const S2Point vertex = to_s2(point);
    if (made.empty() || made.back() != vertex) made.push_back(vertex);
  }
  return made;
}

Result<std::unique_ptr<S2Loop>> make_loop(const std::vector<Point>& points) {
  std::vector<S2Point> corners = vertices(points);
  if (corners.size() > 1 && corners.front() == corners.back()) corners.pop_back();
  auto loop = std::make_unique<S2Loop>();
  loop->set_s2debug_override(S2Debug::DISABLE);
  loop->Init(corners);
  S2Error error;
  if (loop->FindValidationError(&error)) return Status(ErrorCode::kBadValue, error.text());
  return loop;
}

// On the border of an area, or of a line, counts: the point's smallest cell is asked where the
// point itself is not in.
bool holds(const S2Polygon& area, const S2Point& point) {
  return area.Contains(point) || area.MayIntersect(S2Cell(point));
}

}  // namespace

struct Shape::Part {
  std::variant<S2Point, Line, Area, S2Cap> what;

  bool contains(const Part& other) const {
    if (const auto* cap = std::get_if<S2Cap>(&what)) return other.lies_in(*cap);
    const auto* area = std::get_if<Area>(&what);
    if (area == nullptr) return false;
    if (const auto* point = std::get_if<S2Point>(&other.what)) return holds(**area, *point);
    if (const auto* line = std::get_if<Line>(&other.what)) {
      // S2 cuts the area out of the line; of a tiny one nothing is left wherever it lies.
      return holds(**area, (*line)->vertex(0)) && (*area)->Contains(**line);
    }
    const auto* inner = std::get_if<Area>(&other.what);
    return inner != nullptr && (*area)->Contains(**inner);
  }

  bool intersects(const Part& other) const {
    if (const auto* point = std::get_if<S2Point>(&what)) return other.meets(*point);
    if (const auto* line = std::get_if<Line>(&what)) return other.meets(**line);
    const auto* area = std::get_if<Area>(&what);
    return area != nullptr && other.meets(**area);
  }

  double distance(const S2Point& from) const {
    if (const auto* point = std::get_if<S2Point>(&what)) return S1Angle(*point, from).radians();
    if (const auto* line = std::get_if<Line>(&what)) {
      int next = 0;
      return S1Angle((*line)->Project(from, &next), from).radians();
    }
    if (const auto* area = std::get_if<Area>(&what)) return (*area)->GetDistance(from).radians();
    return std::numeric_limits<double>::infinity();
  }

  void visit(const std::function<void(const S2Region&)>& visit) const {
    if (const auto* point = std::get_if<S2Point>(&what)) visit(S2PointRegion(*point));
    if (const auto* line = std::get_if<Line>(&what)) visit(**line);
    if (const auto* area = std::get_if<Area>(&what)) visit(**area);
    if (const auto* cap = std::get_if<S2Cap>(&what)) visit(*cap);
  }

 private:
  bool meets(const S2Point& point) const {
    if (const auto* own = std::get_if<S2Point>(&what)) return S2Cell(*own).Contains(point);
    if (const auto* line = std::get_if<Line>(&what)) return (*line)->MayIntersect(S2Cell(point));
    const auto* area = std::get_if<Area>(&what);
    return area != nullptr && holds(**area, point);
  }

  bool meets(const S2Polyline& line) const {
    if (const auto* point = std::get_if<S2Point>(&what)) return line.MayIntersect(S2Cell(*point));
    if (const auto* own = std::get_if<Line>(&what)) return (*own)->Intersects(line);
    const auto* area = std::get_if<Area>(&what);
    return area != nullptr && (*area)->Intersects(line);
  }

  bool meets(const S2Polygon& area) const {
    if (const auto* point = std::get_if<S2Point>(&what)) return holds(area, *point);
    if (const auto* line = std::get_if<Line>(&what)) return area.Intersects(**line);
    const auto* own = std::get_if<Area>(&what);
    return own != nullptr && (*own)->Intersects(area);
  }

  // A cap is convex while it is no more than half of the sphere; a larger one holds what its
  // complement does not meet.
  bool lies_in(const S2Cap& cap) const {
    if (const auto* point = std::get_if<S2Point>(&what)) return cap.Contains(*point);
    if (cap.height() > 1) return distance(-cap.center()) >= M_PI - cap.GetRadius().radians();
    const auto inside = [&](const S2Point& vertex) { return cap.Contains(vertex); };
    if (const auto* line = std::get_if<Line>(&what)) {
      return std::ranges::all_of((*line)->vertices_span(), inside);
    }
    const auto* area = std::get_if<Area>(&what);
    for (int i = 0; area != nullptr && i < (*area)->num_loops(); ++i) {
      const S2Loop& loop = *(*area)->loop(i);
      for (int j = 0; j < loop.num_vertices(); ++j) {
        if (!inside(loop.vertex(j))) return false;
      }
    }
    return area != nullptr;
  }
};

bool on_sphere(Point point) { return std::fabs(point.x) <= 180 && std::fabs(point.y) <= 90; }

double angle(Point a, Point b) { return S1Angle(to_s2(a), to_s2(b)).radians(); }

Shape Shape::point(Point at) { return Shape(std::make_shared<const Part>(Part{to_s2(at)})); }

Result<Shape> Shape::line(const std::vector<Point>& points) {
  const std::vector<S2Point> along = vertices(points);
  if (along.size() < 2) {
    return Status(ErrorCode::kBadValue, "GeoJSON LineString must have at least 2 vertices");
  }
  auto made = std::make_unique<S2Polyline>();
  made->set_s2debug_override(S2Debug::DISABLE);
  made->Init(along);
  S2Error error;
  if (made->FindValidationError(&error)) return Status(ErrorCode::kBadValue, error.text());
  return Shape(std::make_shared<const Part>(Part{std::move(made)}));
}

Result<Shape> Shape::polygon(const std::vector<std::vector<Point>>& loops) {
  std::vector<std::unique_ptr<S2Loop>> made;
  for (const auto& points : loops) {
    CAIRN_ASSIGN_OR_RETURN(auto loop, make_loop(points));
    loop->Normalize();
    if (!made.empty() && !made.front()->Contains(*loop)) {
      return Status(ErrorCode::kBadValue,
                    "Secondary loops not contained by first exterior loop - secondary loops must "
                    "be holes");
    }
    made.push_back(std::move(loop));
  }
  auto area = std::make_unique<S2Polygon>();
  area->set_s2debug_override(S2Debug::DISABLE);
  area->InitNested(std::move(made));
  S2Error error;
  if (area->FindValidationError(&error)) {
    return Status(ErrorCode::kBadValue, "Polygon isn't valid: " + error.text());
  }
  return Shape(std::make_shared<const Part>(Part{std::move(area)}));
}

Result<Shape> Shape::wound_polygon(const std::vector<Point>& loop) {
  CAIRN_ASSIGN_OR_RETURN(auto made, make_loop(loop));
  auto area = std::make_unique<S2Polygon>();
  area->set_s2debug_override(S2Debug::DISABLE);
  area->Init(std::move(made));
  return Shape(std::make_shared<const Part>(Part{std::move(area)}));
}

Shape Shape::cap(Point center, double radius) {
  const S1Angle angle = S1Angle::Radians(std::min(radius, M_PI));
  return Shape(std::make_shared<const Part>(Part{S2Cap(to_s2(center), angle)}));
}

Shape Shape::collection(const std::vector<Shape>& parts) {
  Shape all;
  for (const Shape& part : parts) {
    all.parts_.insert(all.parts_.end(), part.parts_.begin(), part.parts_.end());
  }
  return all;
}

bool Shape::contains(const Shape& other) const {
  return std::ranges::all_of(other.parts_, [this](const auto& inner) {
    return std::ranges::any_of(parts_, [&](const auto& part) { return part->contains(*inner); });
  });
}

bool Shape::contains(Point point) const {
  const Part inner{to_s2(point)};
  return std::ranges::any_of(parts_, [&](const auto& part) { return part->contains(inner); });
}

bool Shape::intersects(const Shape& other) const {
  return std::ranges::any_of(parts_, [&](const auto& part) {
    return std::ranges::any_of(other.parts_,
                               [&](const auto& theirs) { return part->intersects(*theirs); });
  });
}

bool Shape::intersects(Point point) const {
  const Part other{to_s2(point)};
  return std::ranges::any_of(parts_, [&](const auto& part) { return part->intersects(other); });
}

bool Shape::has_area() const {
  return std::ranges::any_of(parts_, [](const auto& part) {
    return std::holds_alternative<Area>(part->what) || std::holds_alternative<S2Cap>(part->what);
  });
}

double Shape::distance(Point from) const {
  const S2Point at = to_s2(from);
  double least = std::numeric_limits<double>::infinity();
  for (const auto& part : parts_) least = std::min(least, part->distance(at));
  return least;
}

void Shape::visit_regions(const std::function<void(const S2Region&)>& visit) const {
  for (const auto& part : parts_) part->visit(visit);
}

}  // namespace cairn::geo
