// $nearSphere: the same on the sphere, for legacy pairs too.
#include "engine/match/geo_operators.h"

namespace cairn::match {
namespace {

Status parse_near_sphere(ValueView argument, const ParseContext& context, Tests& tests) {
  return parse_near("$nearSphere", argument, context, tests);
}

}  // namespace

extern const Operator row_near_sphere{"$nearSphere", parse_near_sphere, true};

}  // namespace cairn::match
