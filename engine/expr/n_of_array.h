// What $firstN, $lastN, $maxN and $minN share: {n: …, input: …}.
#pragma once

#include "engine/expr/named_arguments.h"

#include <cstdint>
#include <vector>

namespace cairn::expr {

// Gives the n of the elements that the operator wants, in the order of its answer. n >= 1.
using NOfArray = Status (*)(std::vector<ValueView>& elements, std::int64_t n,
                            const Collation* collation, Evaluation& evaluation);

// `not_object`: the code for an argument that is no object. Other errors: Location5787901,
// Location5787906, Location5787907; when evaluated Location5787902, Location5787903,
// Location5787908, Location5788200.
Result<ExpressionPtr> parse_n_of_array(std::string_view name, std::int32_t not_object,
                                       ValueView argument, const Scope& scope, NOfArray choose);

}  // namespace cairn::expr
