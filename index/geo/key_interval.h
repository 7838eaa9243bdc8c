// KeyInterval: what lies between two keys of places, both of them included.
//
// A key is the id of a cell of the sphere (`cells.h`) or a hash in a grid of the plane (`grid.h`).
#pragma once

#include <cstdint>
#include <vector>

namespace cairn::geo {

struct KeyInterval {
  std::uint64_t first = 0;
  std::uint64_t last = 0;
};

// In any order; they may touch, not overlap.
using KeyIntervals = std::vector<KeyInterval>;

inline bool holds(const KeyIntervals& intervals, std::uint64_t key) {
  for (const KeyInterval& interval : intervals) {
    if (key >= interval.first && key <= interval.last) return true;
  }
  return false;
}

}  // namespace cairn::geo
