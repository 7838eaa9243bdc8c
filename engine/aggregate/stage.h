// Stages of a pipeline: each is a row in the family `stages/` and turns a stream of documents into
// another.
#pragma once

#include "engine/aggregate/pipeline.h"

#include <cairn/bson.h>
#include <cairn/cursor.h>
#include <cairn/status.h>

#include <memory>
#include <string_view>
#include <vector>

namespace cairn::aggregate {

// Parsed once, opened once. Borrows from the pipeline's copy of its specification.
class Stage {
 public:
  virtual ~Stage() = default;
  virtual Result<std::unique_ptr<CursorSource>> open(std::unique_ptr<CursorSource> input) = 0;
};
using StagePtr = std::unique_ptr<Stage>;

// To add a stage: stages/<name>.cc with its row, its name in CMakeLists.txt.
struct StageRow {
  std::string_view name;  // "$match"
  Result<StagePtr> (*parse)(ValueView specification, const PipelineOptions& options);
};

// Error: Location40324 "Unrecognized pipeline stage name: '$x'", NotImplemented for one that Cairn
// has not yet.
Result<const StageRow*> find_stage(std::string_view name);

// `$limit` and `$skip`: an integer that is not negative. Error: Location5107201 / 5107200, as
// `code` says.
Result<std::int64_t> parse_count(std::string_view stage, ValueView value, ErrorCode code);

}  // namespace cairn::aggregate
