// $millisecond: the millisecond of a date, 0 to 999.
#include "engine/expr/date_part.h"

namespace cairn::expr {
namespace {

ValueView millisecond_of(const CivilTime& time, Evaluation& evaluation) {
  return evaluation.int32(time.clock.millisecond);
}

Result<ExpressionPtr> parse_millisecond(ValueView argument, const Scope& scope) {
  return parse_date_part("$millisecond", argument, scope, millisecond_of);
}

}  // namespace

extern const Operator row_millisecond{.name = "$millisecond", .parse = parse_millisecond};

}  // namespace cairn::expr
