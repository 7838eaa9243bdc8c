// $minute: the minute of a date, 0 to 59.
#include "engine/expr/date_part.h"

namespace cairn::expr {
namespace {

ValueView minute_of(const CivilTime& time, Evaluation& evaluation) {
  return evaluation.int32(time.clock.minute);
}

Result<ExpressionPtr> parse_minute(ValueView argument, const Scope& scope) {
  return parse_date_part("$minute", argument, scope, minute_of);
}

}  // namespace

extern const Operator row_minute{.name = "$minute", .parse = parse_minute};

}  // namespace cairn::expr
