// Transformations: what makes one document of one document: `$addFields $set $project $unset
// $replaceRoot $replaceWith`, as stages of a pipeline and in pipeline updates.
// Source: MongoDB's manual, "Aggregation Stages".
#pragma once

#include "engine/expr/evaluation.h"
#include "engine/expr/scope.h"

#include <cairn/bson.h>
#include <cairn/status.h>

#include <memory>
#include <string>
#include <string_view>

namespace cairn::project {

// Immutable after parse; thread-safe.
class Transformation {
 public:
  virtual ~Transformation() = default;
  // The new document of the evaluation's document: in `buffer` (overwritten), inside the old
  // document, or in the evaluation's arena.
  virtual Result<DocumentView> apply(expr::Evaluation& evaluation, std::string& buffer) const = 0;
};
using TransformationPtr = std::unique_ptr<const Transformation>;

// Whether `stage` ("$set") names a transformation.
bool is_transformation(std::string_view stage);
// Borrows nothing from `specification`; what `scope` borrows outlives the result. Errors by
// MongoDB's codes for that stage ("Invalid $project :: caused by :: …").
// REQUIRES: is_transformation(stage).
Result<TransformationPtr> parse_transformation(std::string_view stage, ValueView specification,
                                               const expr::Scope& scope);

}  // namespace cairn::project
