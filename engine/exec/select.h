// Select: the best of the plans that a query may have. Where indexes compete, each plan is tried on
// a few entries, and the one that found the most for its work wins; what won is remembered.
// Source: MongoDB's manual, "Query Plans" (trial periods, plan cache entry states).
#pragma once

#include "engine/exec/measure.h"
#include "engine/exec/read_view.h"
#include "engine/exec/record_source.h"
#include "engine/plan/plan.h"

#include <cairn/operation.h>

#include <string>
#include <vector>

namespace cairn::exec {

// How trying a plan went.
struct Trial {
  plan::Plan plan;
  IndexMeasure measure;
  std::int64_t returned = 0;
  std::int64_t works = 0;
  bool ended = false;
  double score = 0;
};

struct Selected {
  plan::Plan plan;
  // Of all plans that were tried, the best first; empty where there was no choice.
  std::vector<Trial> trials;
  // Where the plan comes from memory: forget it if it looks at more keys than so many.
  std::string shape;
  bool filtered = false;  // only among the indexes that an index filter allows
  std::int64_t suspicious_keys = 0;
};

struct SelectOptions {
  std::int64_t wanted = 0;       // skip and limit together; 0: all
  DocumentView projection = {};  // for the shape
  bool remember = true;          // off for `explain`, which shows the trial
  const Interrupt* interrupt = nullptr;
};

// `view` is to be the one that the plan is carried out in: bounds hold for what it sees.
Result<Selected> select(const ReadViewPtr& view, const CollectionRef& collection,
                        const plan::Request& request, const SelectOptions& options = {});

// Passes records on, and lets the memory of plans know if the plan turns out worse than it was
// remembered.
RecordSourcePtr remembered(RecordSourcePtr input, const CollectionRef& collection,
                           const Selected& selected);

// For `$indexStats`: that an operation found documents by the `_id` index without a plan.
void count_id_use(const CollectionEntry& collection);

}  // namespace cairn::exec
