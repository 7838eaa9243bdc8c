// TextRecords: the records that a `$text` finds, each once, with their scores.
#pragma once

#include "engine/exec/measure.h"
#include "engine/exec/read_view.h"
#include "engine/exec/record_source.h"
#include "engine/plan/plan.h"

#include <cstddef>

namespace cairn::exec {

struct TextRequest {
  ReadViewPtr view;
  CollectionRef collection;
  std::shared_ptr<const plan::TextScan> scan;
  std::size_t wanted = 0;          // so many records will be asked for at least; 0: not known
  TextMeasure* measure = nullptr;  // outlives the records; null: nobody asks
};

// One term is walked as it is asked for, the highest score first. Several are read whole: their
// scores add up per record, and the documents are read one by one after that.
RecordSourcePtr text_records(TextRequest request);

// The records of `found`, which are those of a text, and then those of `others` that are not among
// them: those of the scan's other plan, which is kept as long.
RecordSourcePtr text_or_others(RecordSourcePtr found, RecordSourcePtr others,
                               std::shared_ptr<const plan::TextScan> scan);

}  // namespace cairn::exec
