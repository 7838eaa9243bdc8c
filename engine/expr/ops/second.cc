// $second: the second of a date, 0 to 59.
#include "engine/expr/date_part.h"

namespace cairn::expr {
namespace {

ValueView second_of(const CivilTime& time, Evaluation& evaluation) {
  return evaluation.int32(time.clock.second);
}

Result<ExpressionPtr> parse_second(ValueView argument, const Scope& scope) {
  return parse_date_part("$second", argument, scope, second_of);
}

}  // namespace

extern const Operator row_second{.name = "$second", .parse = parse_second};

}  // namespace cairn::expr
