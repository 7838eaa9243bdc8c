// $month: the month of a date, 1 to 12.
#include "engine/expr/date_part.h"

namespace cairn::expr {
namespace {

ValueView month_of(const CivilTime& time, Evaluation& evaluation) {
  return evaluation.int32(time.day.month);
}

Result<ExpressionPtr> parse_month(ValueView argument, const Scope& scope) {
  return parse_date_part("$month", argument, scope, month_of);
}

}  // namespace

extern const Operator row_month{.name = "$month", .parse = parse_month};

}  // namespace cairn::expr
