// $ne: no value at the path is equal to the argument.
#include "engine/match/operator.h"

namespace cairn::match {
namespace {

Status parse_ne(ValueView argument, const ParseContext& context, Tests& tests) {
  if (argument.type() == BsonType::kRegex) {
    return {ErrorCode::kBadValue, "Can't have regex as arg to $ne."};
  }
  tests.push_back({comparison_test(Comparison::kEq, argument, context.collation), true});
  return Status();
}

}  // namespace

extern const Operator row_ne{"$ne", parse_ne};

}  // namespace cairn::match
