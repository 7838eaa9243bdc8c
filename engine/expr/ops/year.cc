// $year: the year of a date.
#include "engine/expr/date_part.h"

namespace cairn::expr {
namespace {

ValueView year_of(const CivilTime& time, Evaluation& evaluation) {
  return evaluation.int32(static_cast<std::int32_t>(time.day.year));
}

Result<ExpressionPtr> parse_year(ValueView argument, const Scope& scope) {
  return parse_date_part("$year", argument, scope, year_of);
}

}  // namespace

extern const Operator row_year{.name = "$year", .parse = parse_year};

}  // namespace cairn::expr
