// Surroundings: where the keys are of what lies around a point, ever farther out. Whoever looks for
// the nearest reads the keys within some distance, and then those of a wider ring.
//
// Distances are radians on the sphere, and the coordinates' own unit on the plane. Immutable.
#pragma once

#include "index/geo/grid.h"
#include "index/geo/key_interval.h"

#include <memory>

namespace cairn::geo {

class Surroundings {
 public:
  virtual ~Surroundings() = default;

  // Of all that may have a point within the distance.
  virtual KeyIntervals within(double distance) const = 0;
  // Of nothing but what is nearer: none of it need be read by who looks farther out. May be empty.
  virtual KeyIntervals nearer_than(double distance) const = 0;
  // What is kept under the key, or the part of it that is, is not nearer than this.
  virtual double least_distance(std::uint64_t key) const = 0;
  // Nothing is farther away.
  virtual double farthest() const = 0;
  // The key of the point itself, or the nearest to it that there may be.
  virtual std::uint64_t center() const = 0;
};

using SurroundingsPtr = std::unique_ptr<const Surroundings>;

// Of shapes on the sphere, kept under cells. REQUIRES: on_sphere(center).
SurroundingsPtr around_on_sphere(Point center);
// Of points kept in a grid, measured on the plane.
SurroundingsPtr around_on_plane(Point center, const Grid& grid);
// Of points kept in a grid, measured on the sphere: those that are on it. REQUIRES:
// on_sphere(center).
SurroundingsPtr around_on_globe(Point center, const Grid& grid);

}  // namespace cairn::geo
