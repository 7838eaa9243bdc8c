// Grouping: what `$group`, `$bucket` and `$sortByCount` do. Groups that do not fit in memory go to
// disk as saved states in the order of their ids, and are merged as they come back.
#pragma once

#include "engine/aggregate/accumulated_field.h"
#include "engine/aggregate/stage.h"

namespace cairn::aggregate {

struct GroupSpecification {
  expr::ExpressionPtr id;
  AccumulatedFields fields;
};

// `environment` outlives the stage.
StagePtr make_group_stage(GroupSpecification specification, const Environment& environment);

// Whether {$meta: "sortKey"} is the key behind a sort, as where other stages sort for themselves.
enum class SortKeys : bool { kUntold, kTold };
// `$sort` of a pattern that is known to be one. `environment` outlives the stage.
Result<StagePtr> make_sort_stage(DocumentView pattern, const Environment& environment,
                                 SortKeys keys = SortKeys::kUntold);

// The parts of a stage that is several, one after the other.
StagePtr chain_stages(StagePtr first, StagePtr second);

}  // namespace cairn::aggregate
