// PlanFilter: keeps the records that satisfy what a plan leaves of the query's filter.
#pragma once

#include "engine/exec/read_view.h"
#include "engine/exec/record_source.h"
#include "engine/match/matcher.h"
#include "engine/plan/plan.h"

namespace cairn::exec {

// Where the view becomes suspect, the whole filter. `matcher` is the query's own and outlives the
// result.
RecordSourcePtr plan_filter(RecordSourcePtr input, const plan::Plan& plan,
                            const match::Matcher& matcher, ReadViewPtr view);

}  // namespace cairn::exec
