// $dateAdd: a date, an amount of units later.
#include "engine/expr/date_shift.h"
#include "engine/expr/dates.h"

namespace cairn::expr {
namespace {

Result<ValueView> date_add_of(const Arguments& arguments) {
  return shift_date("$dateAdd", arguments, Shift::kLater);
}

Result<ExpressionPtr> parse_date_add(ValueView argument, const Scope& scope) {
  const auto check_unit = [](ValueView value) { return to_time_unit("$dateAdd", value).status(); };
  return parse_date_shift("$dateAdd", argument, scope, date_add_of, check_unit);
}

}  // namespace

extern const Operator row_date_add{.name = "$dateAdd", .parse = parse_date_add};

}  // namespace cairn::expr
