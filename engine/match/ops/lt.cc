// $lt: less than the argument, within its type.
#include "engine/match/operator.h"

namespace cairn::match {
namespace {

Status parse_lt(ValueView argument, const ParseContext& context, Tests& tests) {
  if (argument.type() == BsonType::kRegex) {
    return {ErrorCode::kBadValue, "Can't have RegEx as arg to predicate over field"};
  }
  tests.push_back({comparison_test(Comparison::kLt, argument, context.collation)});
  return Status();
}

}  // namespace

extern const Operator row_lt{"$lt", parse_lt};

}  // namespace cairn::match
