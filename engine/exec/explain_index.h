// ExplainIndex: the operators of a plan that walks indexes, as MongoDB's `explain` shows them.
#pragma once

#include "engine/exec/explain_node.h"
#include "engine/plan/plan.h"

#include <string_view>

namespace cairn::exec {

struct ExplainedIndexes {
  std::string_view full_name;
  const plan::Plan* plan = nullptr;
  DocumentView sort;
  bool sorts_entries = false;  // the FETCH is above the sort
  std::int64_t skip = 0;       // entries that are passed over
  IndexMeasure did;
  Measure access;  // of all of them together
};

// What is under the plan's projection, sort and window: FETCH, OR, SORT_MERGE, IXSCAN, COUNT_SCAN.
// All that it refers to outlives the nodes, the argument too.
void add_index_nodes(const ExplainedIndexes& explained, std::vector<ExplainNode>& nodes);

// What an IXSCAN says of its index, its direction and its bounds.
void append_index_scan(const plan::IndexScan& scan, DocumentBuilder& out);

}  // namespace cairn::exec
