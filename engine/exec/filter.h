// Filter: the records of its input that a matcher accepts.
#pragma once

#include "engine/exec/record_source.h"
#include "engine/match/matcher.h"

namespace cairn::exec {

// `matcher` outlives the result.
RecordSourcePtr filter(RecordSourcePtr input, const match::Matcher& matcher);

}  // namespace cairn::exec
