// IndexRecords: the records that a plan's index scans find, each once, in the order of the scans.
#pragma once

#include "engine/bson/sort_pattern.h"
#include "engine/exec/measure.h"
#include "engine/exec/read_view.h"
#include "engine/exec/record_source.h"
#include "engine/plan/plan.h"

#include <optional>

namespace cairn::exec {

struct IndexRequest {
  ReadViewPtr view;
  CollectionRef collection;
  std::vector<plan::IndexScan> scans;
  std::optional<SortPattern> merge_by;  // merged in this order; else one scan after the other
  plan::Needs reads = plan::Needs::kDocument;
  std::size_t distinct_fields = 0;  // see plan::Plan
  bool picks = false;               // see plan::Plan
  bool with_keys = false;           // records tell the entry's values
  std::size_t wanted = 0;           // so many records will be asked for at least; 0: not known
  std::int64_t skip = 0;            // so many are passed over before the first one is given
  IndexMeasure* measure = nullptr;  // outlives the records; null: nobody asks
};

// Where only fields are read, the document has those of the index (in its order), and where nothing
// is, it is empty.
RecordSourcePtr index_records(IndexRequest request);

}  // namespace cairn::exec
