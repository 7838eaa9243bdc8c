// Coverings as S2 has them, turned into intervals of keys. Only for what stands in this folder.
#pragma once

#include "index/geo/grid.h"
#include "index/geo/key_interval.h"

#include <s2/s2cap.h>
#include <s2/s2cell_id.h>

#include <vector>

namespace cairn::geo {

// The cap with so many radians more around it.
S2Cap widened(const S2Cap& cap, double radians);

// All cells within the given ones, and all that one of them lies in.
KeyIntervals intervals_of(std::vector<S2CellId> cells);

// What lies in the cap, in a grid of longitudes and latitudes.
KeyIntervals cover_cap(const S2Cap& cap, const Grid& grid);

}  // namespace cairn::geo
