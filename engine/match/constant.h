// Clauses whose answer does not depend on the document: `$alwaysTrue`, `$alwaysFalse`.
#pragma once

#include "engine/match/operator.h"

namespace cairn::match {

enum class Constant : bool { kFalse, kTrue };

// Error: FailedToParse where the argument is not 1.
Status parse_constant(const Element& argument, Constant answer, std::vector<NodePtr>& nodes);

}  // namespace cairn::match
