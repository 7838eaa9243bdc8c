#include "index/geo/grid.h"

#include <algorithm>
#include <cmath>
#include <deque>

namespace cairn::geo {
namespace {

constexpr std::size_t kMostParts = 32;
// More than what arithmetic loses: of a smallest square, and of a coordinate.
constexpr double kGridSlack = 1e-3;
constexpr double kRounding = 1e-15;

// Bit i of `bits` at place 2i.
std::uint64_t spread(std::uint64_t bits) {
  bits = (bits | bits << 16) & 0x0000FFFF0000FFFF;
  bits = (bits | bits << 8) & 0x00FF00FF00FF00FF;
  bits = (bits | bits << 4) & 0x0F0F0F0F0F0F0F0F;
  bits = (bits | bits << 2) & 0x3333333333333333;
  return (bits | bits << 1) & 0x5555555555555555;
}

std::uint64_t gather(std::uint64_t bits) {
  bits &= 0x5555555555555555;
  bits = (bits | bits >> 1) & 0x3333333333333333;
  bits = (bits | bits >> 2) & 0x0F0F0F0F0F0F0F0F;
  bits = (bits | bits >> 4) & 0x00FF00FF00FF00FF;
  bits = (bits | bits >> 8) & 0x0000FFFF0000FFFF;
  return (bits | bits >> 16) & 0x00000000FFFFFFFF;
}

Grid::Place place_in(const Box& square, const Box& box) {
  if (square.highest.x < box.lowest.x || square.lowest.x > box.highest.x ||
      square.highest.y < box.lowest.y || square.lowest.y > box.highest.y) {
    return Grid::Place::kApart;
  }
  const bool inside = box.contains(square.lowest) && box.contains(square.highest);
  return inside ? Grid::Place::kInside : Grid::Place::kAcross;
}

Box around(const Circle& circle) {
  return {{circle.center.x - circle.radius, circle.center.y - circle.radius},
          {circle.center.x + circle.radius, circle.center.y + circle.radius}};
}

Grid::Place place_in(const Box& square, const Circle& circle) {
  const Grid::Place apart = place_in(square, around(circle));
  if (apart == Grid::Place::kApart) return apart;
  const Point c = circle.center;
  const Point nearest{std::clamp(c.x, square.lowest.x, square.highest.x),
                      std::clamp(c.y, square.lowest.y, square.highest.y)};
  if (distance(nearest, c) > circle.radius) return Grid::Place::kApart;
  const Point farthest{
      std::max(std::fabs(square.lowest.x - c.x), std::fabs(square.highest.x - c.x)),
      std::max(std::fabs(square.lowest.y - c.y), std::fabs(square.highest.y - c.y))};
  const bool inside = distance(farthest, {0, 0}) < circle.radius;
  return inside ? Grid::Place::kInside : Grid::Place::kAcross;
}

// Whether the straight line between two corners may go through a square.
bool edge_meets(const Box& square, Point a, Point b) {
  if (std::max(a.x, b.x) < square.lowest.x || std::min(a.x, b.x) > square.highest.x ||
      std::max(a.y, b.y) < square.lowest.y || std::min(a.y, b.y) > square.highest.y) {
    return false;
  }
  const auto side = [&](double x, double y) {
    return (b.x - a.x) * (y - a.y) - (b.y - a.y) * (x - a.x);
  };
  const double sides[] = {
      side(square.lowest.x, square.lowest.y), side(square.lowest.x, square.highest.y),
      side(square.highest.x, square.lowest.y), side(square.highest.x, square.highest.y)};
  const auto positive = [](double value) { return value > 0; };
  const auto negative = [](double value) { return value < 0; };
  return !std::ranges::all_of(sides, positive) && !std::ranges::all_of(sides, negative);
}

Grid::Place place_in(const Box& square, const Polygon& polygon) {
  for (std::size_t i = 0; i < polygon.corners.size(); ++i) {
    const Point next = polygon.corners[(i + 1) % polygon.corners.size()];
    if (edge_meets(square, polygon.corners[i], next)) return Grid::Place::kAcross;
  }
  // No border goes through it: one point stands for all.
  const Point middle{(square.lowest.x + square.highest.x) / 2,
                     (square.lowest.y + square.highest.y) / 2};
  return polygon.contains(middle) ? Grid::Place::kInside : Grid::Place::kApart;
}

}  // namespace

bool Grid::contains(Point point) const {
  return point.x >= lowest_ && point.x <= highest_ && point.y >= lowest_ && point.y <= highest_;
}

// Which of the lines of squares a coordinate lies in.
std::uint64_t Grid::line_of(double coordinate) const {
  const std::uint64_t lines = std::uint64_t{1} << bits_;
  const double part = (coordinate / 2 - lowest_ / 2) / (highest_ / 2 - lowest_ / 2);
  const double line = std::floor(part * static_cast<double>(lines));
  return line <= 0 ? 0 : std::min(static_cast<std::uint64_t>(line), lines - 1);
}

std::uint64_t Grid::key_of(Point point) const {
  const std::uint64_t key = spread(line_of(point.x)) << 1 | spread(line_of(point.y));
  return key << (64 - 2 * bits_);
}

Box Grid::square(const Part& part) const {
  const double parts = static_cast<double>(std::uint64_t{1} << part.level);
  const double smallest =
      (highest_ / 2 - lowest_ / 2) * 2 / static_cast<double>(std::uint64_t{1} << bits_);
  const auto line = [&](std::uint64_t at) {
    const double share = static_cast<double>(at) / parts;
    return lowest_ * (1 - share) + highest_ * share;
  };
  const double slack =
      smallest * kGridSlack + std::max(std::fabs(lowest_), std::fabs(highest_)) * kRounding;
  return {{line(part.x) - slack, line(part.y) - slack},
          {line(part.x + 1) + slack, line(part.y + 1) + slack}};
}

Box Grid::square_of(std::uint64_t key) const {
  key >>= 64 - 2 * bits_;
  return square({bits_, gather(key >> 1), gather(key)});
}

KeyInterval Grid::interval(const Part& part) const {
  const std::uint64_t path = spread(part.x) << 1 | spread(part.y);
  if (part.level == 0) return {0, ~std::uint64_t{0}};
  const int below = 64 - 2 * part.level;
  const std::uint64_t first = path << below;
  return {first, first | ((std::uint64_t{1} << below) - 1)};
}

KeyIntervals Grid::parts(const std::function<Place(const Box&)>& place, Kept kept) const {
  KeyIntervals covered;
  std::deque<Part> waiting{{0, 0, 0}};
  while (!waiting.empty()) {
    const Part part = waiting.front();
    waiting.pop_front();
    const Place lies = place(square(part));
    if (lies == Place::kApart) continue;
    const bool many = covered.size() + waiting.size() + 4 > kMostParts;
    if (lies == Place::kInside || part.level == bits_ || many) {
      if (lies == Place::kInside || kept == Kept::kAll) covered.push_back(interval(part));
      continue;
    }
    for (const std::uint64_t half : {0, 1, 2, 3}) {
      waiting.push_back({part.level + 1, part.x << 1 | half >> 1, part.y << 1 | (half & 1)});
    }
  }
  return covered;
}

KeyIntervals Grid::cover(const std::function<Place(const Box&)>& place) const {
  return parts(place, Kept::kAll);
}

KeyIntervals Grid::cover(const Box& box) const {
  return cover([&](const Box& square) { return place_in(square, box); });
}

KeyIntervals Grid::cover(const Circle& circle) const {
  return cover([&](const Box& square) { return place_in(square, circle); });
}

KeyIntervals Grid::cover(const Polygon& polygon) const {
  return cover([&](const Box& square) { return place_in(square, polygon); });
}

KeyIntervals Grid::inside(const Circle& circle) const {
  return parts([&](const Box& square) { return place_in(square, circle); }, Kept::kInside);
}

}  // namespace cairn::geo
