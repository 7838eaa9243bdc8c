// $isoDayOfWeek: the day of a date's week by ISO 8601, 1 (Monday) to 7.
#include "engine/expr/date_part.h"

namespace cairn::expr {
namespace {

ValueView iso_day_of_week_of(const CivilTime& time, Evaluation& evaluation) {
  return evaluation.int32(iso_day_of_week(time.days));
}

Result<ExpressionPtr> parse_iso_day_of_week(ValueView argument, const Scope& scope) {
  return parse_date_part("$isoDayOfWeek", argument, scope, iso_day_of_week_of);
}

}  // namespace

extern const Operator row_iso_day_of_week{.name = "$isoDayOfWeek", .parse = parse_iso_day_of_week};

}  // namespace cairn::expr
