// $isoDayOfWeek: the day of a date's week by ISO 8601, 1 (Monday) to 7.
#include "engine/expr/date_part.h"

namespace cairn::expr {
namespace {

ValueView part(const CivilTime& time, Evaluation& evaluation) {
  return evaluation.int32(iso_day_of_week(time.days));
}

Result<ExpressionPtr> parse(ValueView argument, const Scope& scope) {
  return parse_date_part("$isoDayOfWeek", argument, scope, part);
}

}  // namespace

extern const Operator row_iso_day_of_week{.name = "$isoDayOfWeek", .parse = parse};

}  // namespace cairn::expr
