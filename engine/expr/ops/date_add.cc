// $dateAdd: a date, an amount of units later.
#include "engine/expr/date_shift.h"

namespace cairn::expr {
namespace {

Result<ValueView> date_add_of(const Arguments& arguments) {
  return shift_date("$dateAdd", arguments, Shift::kLater);
}

Result<ExpressionPtr> parse_date_add(ValueView argument, const Scope& scope) {
  return parse_date_shift("$dateAdd", argument, scope, date_add_of);
}

}  // namespace

extern const Operator row_date_add{.name = "$dateAdd", .parse = parse_date_add};

}  // namespace cairn::expr
