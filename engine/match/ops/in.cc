// $in: equal to one of the argument's elements, or matched by one that is a regular expression.
#include "engine/match/membership.h"

namespace cairn::match {
namespace {

Status parse_in(ValueView argument, const ParseContext& context, Tests& tests) {
  CAIRN_ASSIGN_OR_RETURN(auto test, membership_test("$in", argument, context.collation));
  tests.push_back({std::move(test)});
  return Status();
}

}  // namespace

extern const Operator row_in{"$in", parse_in};

}  // namespace cairn::match
