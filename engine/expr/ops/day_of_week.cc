// $dayOfWeek: the day of a date's week, 1 (Sunday) to 7.
#include "engine/expr/date_part.h"

namespace cairn::expr {
namespace {

ValueView part(const CivilTime& time, Evaluation& evaluation) {
  return evaluation.int32(day_of_week(time.days));
}

Result<ExpressionPtr> parse(ValueView argument, const Scope& scope) {
  return parse_date_part("$dayOfWeek", argument, scope, part);
}

}  // namespace

extern const Operator row_day_of_week{.name = "$dayOfWeek", .parse = parse};

}  // namespace cairn::expr
