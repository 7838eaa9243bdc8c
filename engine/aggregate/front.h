// Front: the leading stages of a pipeline that a plan can answer (filter, sort, skip, limit), and
// the scan that does.
#pragma once

#include "engine/aggregate/environment.h"
#include "engine/aggregate/stage.h"
#include "engine/bson/path.h"
#include "engine/exec/measure.h"
#include "engine/match/matcher.h"
#include "engine/plan/plan.h"

#include <cairn/bson.h>

#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace cairn::aggregate {

// A stage as it was given, and parsed.
struct ParsedStage {
  const StageRow* row = nullptr;
  ValueView specification;
  StagePtr stage;
};

struct Front {
  match::Matcher matcher;  // of the leading `$match` stages as one filter
  DocumentView sort;       // a `$sort` right after them, or empty; borrows from the specification
  std::int64_t skip = 0;
  std::int64_t limit = 0;  // 0: none; `$limit` right after those
  std::size_t taken = 0;   // so many stages are answered
  // What the next stage looks at; see reads.h.
  std::optional<std::vector<FieldPath>> fields;
  // All that the next stage wants is one document of each value of this field: which one is the
  // same, or the first or the last in the order of the sort.
  std::optional<FieldPath> distinct;
  plan::Pick pick = plan::Pick::kAll;
  // The next stage, where that is a projection; borrows from its specification.
  DocumentView projection;
};

// How running a front went.
struct FrontRun {
  exec::WindowMeasures measures;
  std::int64_t returned = 0;
  std::int64_t nanoseconds = 0;
};

Result<Front> take_front(std::span<const ParsedStage> stages, const Environment& environment);
// The documents of the environment's collection as `front` asks; none where it does not exist.
// `front` outlives the stream.
Result<StreamPtr> open_front(const Front& front, const Environment& environment,
                             exec::WindowMeasures* measures = nullptr);
// `queryPlanner` of it, and `executionStats` where `ran` tells what it did. `whole`: it answers the
// whole pipeline. Gives whether the plan finds one document of each value of `front.distinct`.
Result<bool> explain_front(const Front& front, const Environment& environment, bool whole,
                           const FrontRun* ran, DocumentBuilder& out);

}  // namespace cairn::aggregate
