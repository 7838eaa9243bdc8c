// $millisecond: the millisecond of a date, 0 to 999.
#include "engine/expr/date_part.h"

namespace cairn::expr {
namespace {

ValueView part(const CivilTime& time, Evaluation& evaluation) {
  return evaluation.int32(time.clock.millisecond);
}

Result<ExpressionPtr> parse(ValueView argument, const Scope& scope) {
  return parse_date_part("$millisecond", argument, scope, part);
}

}  // namespace

extern const Operator row_millisecond{.name = "$millisecond", .parse = parse};

}  // namespace cairn::expr
