// $nin: no value at the path is in the argument.
#include "engine/match/membership.h"

namespace cairn::match {
namespace {

Status parse_nin(ValueView argument, const ParseContext& context, Tests& tests) {
  CAIRN_ASSIGN_OR_RETURN(auto test, membership_test("$nin", argument, context.collation));
  tests.push_back({std::move(test), true});
  return Status();
}

}  // namespace

extern const Operator row_nin{"$nin", parse_nin};

}  // namespace cairn::match
