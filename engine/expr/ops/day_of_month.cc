// $dayOfMonth: the day of a date's month, 1 to 31.
#include "engine/expr/date_part.h"

namespace cairn::expr {
namespace {

ValueView day_of_month_of(const CivilTime& time, Evaluation& evaluation) {
  return evaluation.int32(time.day.day);
}

Result<ExpressionPtr> parse_day_of_month(ValueView argument, const Scope& scope) {
  return parse_date_part("$dayOfMonth", argument, scope, day_of_month_of);
}

}  // namespace

extern const Operator row_day_of_month{.name = "$dayOfMonth", .parse = parse_day_of_month};

}  // namespace cairn::expr
