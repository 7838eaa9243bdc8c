// What $dateAdd and $dateSubtract share.
#pragma once

#include "engine/expr/named_arguments.h"

namespace cairn::expr {

enum class Shift : std::uint8_t { kLater, kEarlier };

// {startDate: …, unit: …, amount: …, timezone: …}. `check_unit`: to_time_unit of the operator.
// Errors: Location5166400 to 5166402.
Result<ExpressionPtr> parse_date_shift(std::string_view name, ValueView argument,
                                       const Scope& scope, NamedFunction function,
                                       Status (*check_unit)(ValueView value));
// Errors: Location5166403, Location5166405, Location6045000, those of units, zones and date_add.
Result<ValueView> shift_date(std::string_view name, const Arguments& arguments, Shift shift);

}  // namespace cairn::expr
