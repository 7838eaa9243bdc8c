// Measure: what one operator of a running plan did; what `explain` tells of it.
#pragma once

#include "engine/exec/held_measure.h"
#include "engine/exec/record_source.h"
#include "engine/plan/interval.h"

#include <cstdint>
#include <vector>

namespace cairn::exec {

struct Measure {
  bool there = false;  // the plan has the operator
  std::int64_t returned = 0;
  std::int64_t nanoseconds = 0;  // with those under it
  bool ended = false;
  ExamineCounts examined;  // by those under it
};

// What walking one index did.
struct ScanMeasure {
  std::int64_t keys = 0;
  std::int64_t seeks = 0;
  std::int64_t returned = 0;  // entries that were not filtered out by their keys
  bool ended = false;
};

// What finding records by index entries did.
struct IndexMeasure {
  std::vector<ScanMeasure> scans;  // as the plan's
  std::int64_t dups_tested = 0;
  std::int64_t dups_dropped = 0;
  std::int64_t skipped = 0;    // passed over as the query asks
  std::int64_t documents = 0;  // read
  std::int64_t found = 0;      // given to the filter above
};

// What finding records by a `$text` did.
struct TextMeasure {
  std::vector<ScanMeasure> scans;  // of its terms, ascending
  std::int64_t scored = 0;         // records
  std::int64_t documents = 0;      // read
  std::int64_t matched = 0;
  std::int64_t rejected = 0;
};

// What finding records around a point did.
struct NearMeasure {
  struct Ring {
    double from = 0;  // distances
    double to = 0;
    std::int64_t buffered = 0;  // records that were measured after it was read
    std::int64_t returned = 0;
  };
  std::vector<Ring> rings;
  plan::Intervals keys;  // of all rings
  ScanMeasure scan;
  std::int64_t documents = 0;  // read
  std::int64_t returned = 0;
};

// Of a window's operators, from the bottom.
struct WindowMeasures {
  TextMeasure text;
  NearMeasure near;
  IndexMeasure index;
  Measure access;
  Measure sort;
  HeldMeasure sorted;  // told when the sort is gone
  Measure skip_limit;
};

// Passes its input on and notes what came. `measure` outlives the result.
RecordSourcePtr measured(RecordSourcePtr input, Measure& measure);

}  // namespace cairn::exec
