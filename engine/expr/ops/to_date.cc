// $toDate: a value as a date.
#include "engine/expr/conversion.h"

namespace cairn::expr {
namespace {

Result<ExpressionPtr> parse_to_date(ValueView argument, const Scope& scope) {
  constexpr Conversion kConversion{.to = BsonType::kDate};
  return parse_short_conversion("$toDate", kConversion, argument, scope);
}

}  // namespace

extern const Operator row_to_date{.name = "$toDate", .parse = parse_to_date};

}  // namespace cairn::expr
