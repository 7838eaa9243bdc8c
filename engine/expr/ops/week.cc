// $week: the week of a date's year, 0 to 53; weeks begin with Sunday.
#include "engine/expr/date_part.h"

namespace cairn::expr {
namespace {

ValueView week_of(const CivilTime& time, Evaluation& evaluation) {
  return evaluation.int32(week_of_year(time.day, time.days));
}

Result<ExpressionPtr> parse_week(ValueView argument, const Scope& scope) {
  return parse_date_part("$week", argument, scope, week_of);
}

}  // namespace

extern const Operator row_week{.name = "$week", .parse = parse_week};

}  // namespace cairn::expr
