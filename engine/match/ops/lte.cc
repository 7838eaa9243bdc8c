// $lte: less than or equal to the argument, within its type.
#include "engine/match/operator.h"

namespace cairn::match {
namespace {

Status parse_lte(ValueView argument, const ParseContext& context, Tests& tests) {
  if (argument.type() == BsonType::kRegex) {
    return {ErrorCode::kBadValue, "Can't have RegEx as arg to predicate over field"};
  }
  tests.push_back({comparison_test(Comparison::kLte, argument, context.collation)});
  return Status();
}

}  // namespace

extern const Operator row_lte{"$lte", parse_lte};

}  // namespace cairn::match
