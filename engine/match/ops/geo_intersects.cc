// $geoIntersects: a place at the path has a point in common with a shape.
#include "engine/match/geo_operators.h"

namespace cairn::match {
namespace {

Status parse_geo_intersects(ValueView argument, const ParseContext& context, Tests& tests) {
  return parse_intersects("$geoIntersects", argument, context, tests);
}

}  // namespace

extern const Operator row_geo_intersects{"$geoIntersects", parse_geo_intersects, true};

}  // namespace cairn::match
