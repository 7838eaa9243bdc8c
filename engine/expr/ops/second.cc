// $second: the second of a date, 0 to 59.
#include "engine/expr/date_part.h"

namespace cairn::expr {
namespace {

ValueView part(const CivilTime& time, Evaluation& evaluation) {
  return evaluation.int32(time.clock.second);
}

Result<ExpressionPtr> parse(ValueView argument, const Scope& scope) {
  return parse_date_part("$second", argument, scope, part);
}

}  // namespace

extern const Operator row_second{.name = "$second", .parse = parse};

}  // namespace cairn::expr
