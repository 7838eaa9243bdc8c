// $isoWeek: the week of a date's year by ISO 8601, 1 to 53.
#include "engine/expr/date_part.h"

namespace cairn::expr {
namespace {

ValueView part(const CivilTime& time, Evaluation& evaluation) {
  return evaluation.int32(iso_week(time.days).week);
}

Result<ExpressionPtr> parse(ValueView argument, const Scope& scope) {
  return parse_date_part("$isoWeek", argument, scope, part);
}

}  // namespace

extern const Operator row_iso_week{.name = "$isoWeek", .parse = parse};

}  // namespace cairn::expr
