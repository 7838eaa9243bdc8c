// Grid: the keys by which points on the plane are found: a square, halved in both directions so
// many times as it has bits. A key interleaves the halves, x before y, from the highest bit on;
// what lies in a part of the grid has its keys in one interval. Source: MongoDB's manual, "2d
// Indexes".
#pragma once

#include "index/geo/flat.h"
#include "index/geo/key_interval.h"

#include <functional>

namespace cairn::geo {

class Grid {
 public:
  static constexpr int kMostBits = 32;
  static constexpr int kUsualBits = 26;

  // REQUIRES: 1 <= bits <= kMostBits; lowest < highest, both finite.
  Grid(int bits, double lowest, double highest) : bits_(bits), lowest_(lowest), highest_(highest) {}

  int bits() const { return bits_; }
  double lowest() const { return lowest_; }
  double highest() const { return highest_; }

  // The grid has its borders.
  bool contains(Point point) const;
  // REQUIRES: contains(point).
  std::uint64_t key_of(Point point) const;
  // Of the smallest square that has the key: its borders, and a little more than that.
  Box square_of(std::uint64_t key) const;

  // How a part of the grid lies to a region.
  enum class Place : std::uint8_t { kApart, kAcross, kInside };
  // Where the keys are of all that a region may hold. `place` is asked of squares; it may say
  // kAcross where it does not know.
  KeyIntervals cover(const std::function<Place(const Box&)>& place) const;
  KeyIntervals cover(const Box& box) const;
  KeyIntervals cover(const Circle& circle) const;
  KeyIntervals cover(const Polygon& polygon) const;
  // Of nothing but what lies in the circle.
  KeyIntervals inside(const Circle& circle) const;

 private:
  struct Part {
    int level;  // so many times halved
    std::uint64_t x;
    std::uint64_t y;
  };
  enum class Kept : std::uint8_t { kAll, kInside };
  KeyIntervals parts(const std::function<Place(const Box&)>& place, Kept kept) const;
  std::uint64_t line_of(double coordinate) const;
  Box square(const Part& part) const;
  KeyInterval interval(const Part& part) const;

  int bits_;
  double lowest_;
  double highest_;
};

}  // namespace cairn::geo
