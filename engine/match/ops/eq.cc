// $eq: equal to the argument, within its type.
#include "engine/match/operator.h"

namespace cairn::match {
namespace {

Status parse_eq(ValueView argument, const ParseContext& context, Tests& tests) {
  tests.push_back({comparison_test(Comparison::kEq, argument, context.collation)});
  return Status();
}

}  // namespace

extern const Operator row_eq{"$eq", parse_eq};

}  // namespace cairn::match
