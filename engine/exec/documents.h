// Documents: a stream of documents from a stream of records, projected on the way.
#pragma once

#include "engine/exec/record_metadata.h"
#include "engine/exec/record_source.h"
#include "engine/match/matcher.h"
#include "engine/project/projection.h"

#include <cairn/cursor.h>

#include <memory>
#include <optional>

namespace cairn::exec {

std::unique_ptr<CursorSource> documents(RecordSourcePtr input);

// What a document shows beside its fields.
struct Shown {
  const match::Matcher* matcher = nullptr;  // of the query, for `$`; outlives the result
  RecordMetadata metadata = {};             // for {$meta: …}
  bool record_id = false;                   // `showRecordId`
  bool key_only = false;                    // `returnKey`
  bool by_id = false;                       // the plan walks the `_id` index
  bool look_at_depth = false;               // the projection may make too deep a document
};
std::unique_ptr<CursorSource> documents(RecordSourcePtr input, project::Projection projection,
                                        Shown shown);

}  // namespace cairn::exec
