// $hour: the hour of a date, 0 to 23.
#include "engine/expr/date_part.h"

namespace cairn::expr {
namespace {

ValueView part(const CivilTime& time, Evaluation& evaluation) {
  return evaluation.int32(time.clock.hour);
}

Result<ExpressionPtr> parse(ValueView argument, const Scope& scope) {
  return parse_date_part("$hour", argument, scope, part);
}

}  // namespace

extern const Operator row_hour{.name = "$hour", .parse = parse};

}  // namespace cairn::expr
