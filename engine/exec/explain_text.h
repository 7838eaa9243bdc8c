// ExplainText: the operators of a `$text`, as MongoDB's `explain` shows them: TEXT_MATCH over
// TEXT_OR (with scores) or FETCH (without) over an IXSCAN per term.
#pragma once

#include "engine/exec/explain_node.h"
#include "engine/plan/plan.h"

#include <string_view>
#include <vector>

namespace cairn::exec {

struct ExplainedText {
  std::string_view full_name;
  const plan::Plan* plan = nullptr;
  DocumentView sort;
  DocumentView projection;
  TextMeasure did;
  Measure access;
};

// The TEXT_MATCH with all that is under it. What it refers to outlives the node.
ExplainNode text_node(const ExplainedText& explained);

}  // namespace cairn::exec
