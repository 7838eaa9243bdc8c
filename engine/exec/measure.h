// Measure: what one operator of a running plan did; what `explain` tells of it.
#pragma once

#include "engine/exec/record_source.h"

#include <cstdint>

namespace cairn::exec {

struct Measure {
  bool there = false;  // the plan has the operator
  std::int64_t returned = 0;
  std::int64_t nanoseconds = 0;  // with those under it
  bool ended = false;
  ExamineCounts examined;  // by those under it
};

// Of a window's operators, from the bottom.
struct WindowMeasures {
  Measure access;
  Measure sort;
  Measure skip_limit;
};

// Passes its input on and notes what came. `measure` outlives the result.
RecordSourcePtr measured(RecordSourcePtr input, Measure& measure);

}  // namespace cairn::exec
