// Cells: the keys by which shapes on the sphere are found. A shape is kept under the cells that
// cover it, a point under its smallest one; what may meet a region is kept under a cell within the
// region's covering, or under one that a cell of the covering lies in.
//
// A key is the id of an S2 cell: the face, then the way down along a Hilbert curve, then a one.
// Every cell inside another has its id in one interval around it, so that whoever knows the ids of
// a covering finds all that lies in it by intervals. Source: S2's documentation, "S2 Cells".
#pragma once

#include "index/geo/grid.h"
#include "index/geo/key_interval.h"
#include "index/geo/shape.h"

#include <optional>

namespace cairn::geo {

inline constexpr int kFinestCell = 30;          // about a centimeter
inline constexpr int kFinestCoveringCell = 23;  // about a meter: of shapes, unless told otherwise

// What a point is kept under.
std::uint64_t cell_of(Point point);
// What any shape is kept under: cells of `finest` level at the finest, 50 at the most. Ascending,
// distinct.
std::vector<std::uint64_t> cells_of(const Shape& shape, int finest);

// Where everything is kept that may have a point in common with the shape, or lie within its
// smallest cells.
KeyIntervals cells_around(const Shape& shape);

// Where a grid of longitudes and latitudes keeps the points of a cap; nullopt: the shape is none.
std::optional<KeyIntervals> cap_in_grid(const Shape& shape, const Grid& grid);

}  // namespace cairn::geo
