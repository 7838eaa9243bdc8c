// NearScan: what a plan looks for around a point, in which geographic index.
#pragma once

#include "engine/match/geo/near.h"
#include "engine/plan/plan.h"
#include "index/geo/surroundings.h"

#include <cstddef>

namespace cairn::plan {

struct NearScan {
  IndexScan scan;         // bounds of the other fields; of `field` all
  std::size_t field = 0;  // of the index: whose places are measured
  match::Near near;
  geo::SurroundingsPtr around;
};

}  // namespace cairn::plan
