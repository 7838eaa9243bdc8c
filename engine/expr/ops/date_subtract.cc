// $dateSubtract: a date, an amount of units earlier.
#include "engine/expr/date_shift.h"
#include "engine/expr/dates.h"

namespace cairn::expr {
namespace {

Result<ValueView> date_subtract_of(const Arguments& arguments) {
  return shift_date("$dateSubtract", arguments, Shift::kEarlier);
}

Result<ExpressionPtr> parse_date_subtract(ValueView argument, const Scope& scope) {
  const auto check_unit = [](ValueView value) {
    return to_time_unit("$dateSubtract", value).status();
  };
  return parse_date_shift("$dateSubtract", argument, scope, date_subtract_of, check_unit);
}

}  // namespace

extern const Operator row_date_subtract{.name = "$dateSubtract", .parse = parse_date_subtract};

}  // namespace cairn::expr
