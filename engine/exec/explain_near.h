// How a plan that looks around a point explains itself.
#pragma once

#include "engine/exec/explain_node.h"
#include "engine/plan/plan.h"

#include <string_view>

namespace cairn::exec {

struct ExplainedNear {
  std::string_view full_name;
  const plan::Plan* plan = nullptr;
  NearMeasure did;
  Measure access;
  bool ran = false;
};

// FETCH, where more is asked of the records, and GEO_NEAR_2DSPHERE or GEO_NEAR_2D with what it
// reads.
void add_near_nodes(const ExplainedNear& explained, std::vector<ExplainNode>& nodes);

}  // namespace cairn::exec
