// $gt: greater than the argument, within its type.
#include "engine/match/operator.h"

namespace cairn::match {
namespace {

Status parse_gt(ValueView argument, const ParseContext& context, Tests& tests) {
  if (argument.type() == BsonType::kRegex) {
    return {ErrorCode::kBadValue, "Can't have RegEx as arg to predicate over field"};
  }
  tests.push_back({comparison_test(Comparison::kGt, argument, context.collation)});
  return Status();
}

}  // namespace

extern const Operator row_gt{"$gt", parse_gt};

}  // namespace cairn::match
