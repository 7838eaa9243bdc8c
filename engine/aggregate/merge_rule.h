// MergeRule: what `$merge` is asked to do.
#pragma once

#include "engine/aggregate/environment.h"
#include "engine/bson/path.h"
#include "engine/expr/expression.h"

#include <cairn/bson.h>
#include <cairn/status.h>

#include <string>
#include <vector>

namespace cairn::aggregate {

struct MergeRule {
  enum class WhenMatched : std::uint8_t { kReplace, kKeepExisting, kMerge, kFail, kPipeline };
  enum class WhenNotMatched : std::uint8_t { kInsert, kDiscard, kFail };
  struct Variable {
    std::string name;
    expr::ExpressionPtr expression;
  };

  std::string database;
  std::string collection;
  WhenMatched when_matched = WhenMatched::kMerge;
  WhenNotMatched when_not_matched = WhenNotMatched::kInsert;
  // By which a document is known in the target: `_id`, or the fields of a unique index there.
  std::vector<FieldPath> on{FieldPath("_id")};
  bool on_sparse = false;           // that index leaves out documents without the fields
  ValueView pipeline;               // borrows from the specification
  std::vector<Variable> variables;  // of the pipeline; `new` is always there

  Namespace target() const { return {database, collection}; }
};

// Errors by MongoDB's codes: 51178, 51181, 51183, 51186, 51187, 51191, 51199, 51273, ….
Result<MergeRule> parse_merge_rule(ValueView specification, const Environment& environment);

}  // namespace cairn::aggregate
