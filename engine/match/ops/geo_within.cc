// $geoWithin: a place at the path lies within a shape.
#include "engine/match/geo_operators.h"

namespace cairn::match {
namespace {

Status parse_geo_within(ValueView argument, const ParseContext& context, Tests& tests) {
  return parse_within("$geoWithin", argument, context, tests);
}

}  // namespace

extern const Operator row_geo_within{"$geoWithin", parse_geo_within, true};

}  // namespace cairn::match
