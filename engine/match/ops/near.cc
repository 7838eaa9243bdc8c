// $near: places at the path, the nearest first.
#include "engine/match/geo_operators.h"

namespace cairn::match {
namespace {

Status parse_near(ValueView argument, const ParseContext& context, Tests& tests) {
  return parse_near("$near", argument, context, tests);
}

}  // namespace

extern const Operator row_near{"$near", parse_near, true};

}  // namespace cairn::match
