// $within: the older name of `$geoWithin`.
#include "engine/match/geo_operators.h"

namespace cairn::match {
namespace {

Status parse_within(ValueView argument, const ParseContext& context, Tests& tests) {
  return parse_within("$within", argument, context, tests);
}

}  // namespace

extern const Operator row_within{"$within", parse_within, true};

}  // namespace cairn::match
