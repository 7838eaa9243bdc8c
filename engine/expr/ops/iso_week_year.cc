// $isoWeekYear: the year that a date's week belongs to by ISO 8601: an int64, unlike $year.
#include "engine/expr/date_part.h"

namespace cairn::expr {
namespace {

ValueView iso_week_year_of(const CivilTime& time, Evaluation& evaluation) {
  return evaluation.int64(iso_week(time.days).year);
}

Result<ExpressionPtr> parse_iso_week_year(ValueView argument, const Scope& scope) {
  return parse_date_part("$isoWeekYear", argument, scope, iso_week_year_of);
}

}  // namespace

extern const Operator row_iso_week_year{.name = "$isoWeekYear", .parse = parse_iso_week_year};

}  // namespace cairn::expr
