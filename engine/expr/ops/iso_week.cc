// $isoWeek: the week of a date's year by ISO 8601, 1 to 53.
#include "engine/expr/date_part.h"

namespace cairn::expr {
namespace {

ValueView iso_week_of(const CivilTime& time, Evaluation& evaluation) {
  return evaluation.int32(iso_week(time.days).week);
}

Result<ExpressionPtr> parse_iso_week(ValueView argument, const Scope& scope) {
  return parse_date_part("$isoWeek", argument, scope, iso_week_of);
}

}  // namespace

extern const Operator row_iso_week{.name = "$isoWeek", .parse = parse_iso_week};

}  // namespace cairn::expr
