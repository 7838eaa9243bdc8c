// PipelineUpdate: an update that is a pipeline of `$set $unset $project $replaceRoot` and their
// other names. Source: MongoDB's manual, "Updates with Aggregation Pipeline".
#pragma once

#include "engine/bson/collation.h"
#include "engine/expr/scope.h"
#include "engine/project/transformation.h"

#include <cairn/bson.h>
#include <cairn/status.h>

#include <string>
#include <vector>

namespace cairn::update {

// Immutable after parsing; thread-safe.
class PipelineUpdate {
 public:
  // `constants` are variables (`c`) beside those of `bindings`, which may be null. Errors:
  // Location40323, Location40324, InvalidOptions (72) for a stage that is no transformation, those
  // of the stages.
  static Result<PipelineUpdate> parse(DocumentView stages, const expr::Bindings* bindings,
                                      DocumentView constants, CollationPtr collation);

  // The new document, in `out`. Error: what evaluating gives.
  Status apply(DocumentView before, std::string& out) const;

 private:
  CollationPtr collation_;  // the transformations borrow it
  std::vector<project::TransformationPtr> stages_;
};

}  // namespace cairn::update
