// The plan of a search in one segment, by what its ways cost. Counted in distances of a scan; one
// on the graph waits for memory and costs several. Where the filter is selective a traversal's work
// rises as matches / rows ^ -0.4 with the beam narrowed by the root of that share, which keeps the
// recall (measured: bench/ann). Thread-safety: pure.
#pragma once

#include "index/vector/search.h"

#include <cstddef>
#include <cstdint>

namespace cairn::vector {

struct PlanInput {
  std::uint32_t rows = 0;
  std::size_t matches = 0;  // rows that match and are visible, or an estimate from above
  bool has_graph = false;
  bool filtered = false;                // some rows may not match
  bool asked = false;                   // which ones match is asked of each row
  float distances_per_search = 2000.0;  // of an unfiltered traversal of 100 candidates
  float widening = 1.0;
  std::uint32_t limit = 10;
  std::uint32_t candidates = 100;
};

struct PlanChoice {
  Plan plan = Plan::kScan;
  std::uint32_t beam = 0;            // of a traversal
  std::uint64_t most_distances = 0;  // of a traversal; past it a scan is cheaper
};

PlanChoice choose_plan(const PlanInput& input);

}  // namespace cairn::vector
