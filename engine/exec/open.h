// Open: turns a plan into the operators that carry it out.
#pragma once

#include "engine/catalog/collection.h"
#include "engine/exec/measure.h"
#include "engine/exec/record_source.h"
#include "engine/match/matcher.h"
#include "engine/plan/plan.h"
#include "engine/storage/reader.h"
#include "engine/storage/spill_space.h"

namespace cairn::exec {

// Every record that matches, in the plan's order, not sorted. `matcher` outlives the result.
RecordSourcePtr open(Reader reader, const CollectionRef& collection, const plan::Plan& plan,
                     const match::Matcher& matcher);

struct Window {
  DocumentView sort;
  std::int64_t skip = 0;
  std::int64_t limit = 0;              // 0: all
  SpillSpace* spill = nullptr;         // see SortOptions
  WindowMeasures* measures = nullptr;  // where operators note what they do; outlives them
};

// The same, sorted and cut out as a query asks. Error: a sort pattern that is none.
Result<RecordSourcePtr> open_window(Reader reader, const CollectionRef& collection,
                                    const plan::Plan& plan, const match::Matcher& matcher,
                                    const Window& window);

}  // namespace cairn::exec
