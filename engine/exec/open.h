// Open: turns a plan into the operators that carry it out.
#pragma once

#include "engine/catalog/collection.h"
#include "engine/exec/measure.h"
#include "engine/exec/read_view.h"
#include "engine/exec/record_source.h"
#include "engine/match/matcher.h"
#include "engine/plan/plan.h"
#include "engine/storage/spill_space.h"

namespace cairn::exec {

struct Window {
  DocumentView sort;
  std::int64_t skip = 0;
  std::int64_t limit = 0;              // 0: all
  SpillSpace* spill = nullptr;         // see SortOptions
  WindowMeasures* measures = nullptr;  // where operators note what they do; outlives them
};

// Whether records that are skipped need not be read: their index entries are passed over.
bool skips_entries(const plan::Plan& plan, DocumentView sort);

// Whether a sort that no index gives can be done by what the index entries say, before documents
// are read.
bool sorts_entries(const plan::Plan& plan, DocumentView sort);

// Every record that matches, sorted and cut out as a query asks. `matcher` outlives the result.
// Error: a sort pattern that is none.
Result<RecordSourcePtr> open_window(const ReadViewPtr& view, const CollectionRef& collection,
                                    plan::Plan plan, const match::Matcher& matcher,
                                    const Window& window);

// Every record that matches, for a trial of the plan: in its own order. `measure` outlives it.
RecordSourcePtr open_trial(const ReadViewPtr& view, const CollectionRef& collection,
                           const plan::Plan& plan, const match::Matcher& matcher, DocumentView sort,
                           IndexMeasure& measure);

}  // namespace cairn::exec
