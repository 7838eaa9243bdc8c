// $dayOfYear: the day of a date's year, 1 to 366.
#include "engine/expr/date_part.h"

namespace cairn::expr {
namespace {

ValueView day_of_year_of(const CivilTime& time, Evaluation& evaluation) {
  return evaluation.int32(day_of_year(time.day));
}

Result<ExpressionPtr> parse_day_of_year(ValueView argument, const Scope& scope) {
  return parse_date_part("$dayOfYear", argument, scope, day_of_year_of);
}

}  // namespace

extern const Operator row_day_of_year{.name = "$dayOfYear", .parse = parse_day_of_year};

}  // namespace cairn::expr
