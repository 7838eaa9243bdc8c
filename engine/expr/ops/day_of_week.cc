// $dayOfWeek: the day of a date's week, 1 (Sunday) to 7.
#include "engine/expr/date_part.h"

namespace cairn::expr {
namespace {

ValueView day_of_week_of(const CivilTime& time, Evaluation& evaluation) {
  return evaluation.int32(day_of_week(time.days));
}

Result<ExpressionPtr> parse_day_of_week(ValueView argument, const Scope& scope) {
  return parse_date_part("$dayOfWeek", argument, scope, day_of_week_of);
}

}  // namespace

extern const Operator row_day_of_week{.name = "$dayOfWeek", .parse = parse_day_of_week};

}  // namespace cairn::expr
