// TextPlan: how the records of a `$text` are found: by the entries of its terms in the collection's
// text index. Source: MongoDB's manual, "$text" (restrictions) and "Create a Compound Text Index".
#pragma once

#include "engine/plan/plan.h"

namespace cairn::plan {

// REQUIRES: the matcher has a `$text`.
// Errors: IndexNotFound without a text index, NoQueryExecutionPlans where it cannot be used,
// BadValue (a hint, an order, an unknown language).
Result<Plan> text_plan(const CollectionEntry& collection, const Request& request);

// What of the filter is not answered by the text and the values before it. For `explain`.
Document left_of_text(const match::Matcher& matcher, const Plan& plan);

}  // namespace cairn::plan
