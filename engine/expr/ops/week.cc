// $week: the week of a date's year, 0 to 53; weeks begin with Sunday.
#include "engine/expr/date_part.h"

namespace cairn::expr {
namespace {

ValueView part(const CivilTime& time, Evaluation& evaluation) {
  return evaluation.int32(week_of_year(time.day, time.days));
}

Result<ExpressionPtr> parse(ValueView argument, const Scope& scope) {
  return parse_date_part("$week", argument, scope, part);
}

}  // namespace

extern const Operator row_week{.name = "$week", .parse = parse};

}  // namespace cairn::expr
