// $geoNear: the older name of `$near`.
#include "engine/match/geo_operators.h"

namespace cairn::match {
namespace {

Status parse_geo_near(ValueView argument, const ParseContext& context, Tests& tests) {
  return parse_near("$geoNear", argument, context, tests);
}

}  // namespace

extern const Operator row_geo_near{"$geoNear", parse_geo_near, true};

}  // namespace cairn::match
