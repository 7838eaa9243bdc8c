// NearRecords: the records around a point, the nearest first, each once.
#pragma once

#include "engine/exec/measure.h"
#include "engine/exec/read_view.h"
#include "engine/exec/record_source.h"
#include "engine/plan/plan.h"

#include <cstddef>

namespace cairn::exec {

struct NearRequest {
  ReadViewPtr view;
  CollectionRef collection;
  std::shared_ptr<const plan::NearScan> scan;
  std::size_t wanted = 0;          // so many records will be asked for at least; 0: not known
  NearMeasure* measure = nullptr;  // outlives the records; null: nobody asks
};

// Within the bounds that are asked for; what else is asked of them is not looked at.
RecordSourcePtr near_records(NearRequest request);

}  // namespace cairn::exec
