// $hour: the hour of a date, 0 to 23.
#include "engine/expr/date_part.h"

namespace cairn::expr {
namespace {

ValueView hour_of(const CivilTime& time, Evaluation& evaluation) {
  return evaluation.int32(time.clock.hour);
}

Result<ExpressionPtr> parse_hour(ValueView argument, const Scope& scope) {
  return parse_date_part("$hour", argument, scope, hour_of);
}

}  // namespace

extern const Operator row_hour{.name = "$hour", .parse = parse_hour};

}  // namespace cairn::expr
