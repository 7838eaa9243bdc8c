// GeoSpec: what the definition of a geographic index says of the keys of places: how fine the cells
// of a 2dsphere index are, which grid a 2d index lies on. Source: MongoDB's manual, "2dsphere
// Indexes" and "2d Indexes".
#pragma once

#include <cstdint>

#include <cairn/bson.h>

#include "index/geo/cells.h"
#include "index/geo/grid.h"

namespace cairn {

// Whether a key pattern is one of a 2d index; of it or a 2dsphere index.
bool is_grid_pattern(DocumentView pattern);
bool is_geo_pattern(DocumentView pattern);

struct GeoSpec {
  // `spec` as listIndexes shows it; it was checked when the index was made.
  static GeoSpec parse(DocumentView spec);

  // 2dsphere
  int version = 3;
  int finest = geo::kFinestCoveringCell;
  // 2d
  geo::Grid grid{geo::Grid::kUsualBits, -180, 180};
};

// The key of a place as a value of an index: of a 2dsphere index the cell as a signed number, of a
// 2d index 8 bytes of the subtype 128.
std::int64_t cell_number(std::uint64_t key);
Value hash_value(std::uint64_t key);
std::uint64_t hash_of_bytes(std::string_view bytes);

}  // namespace cairn
