// $toDouble: a value as a double.
#include "engine/expr/conversion.h"

namespace cairn::expr {
namespace {

Result<ExpressionPtr> parse_to_double(ValueView argument, const Scope& scope) {
  constexpr Conversion kConversion{.to = BsonType::kDouble};
  return parse_short_conversion("$toDouble", kConversion, argument, scope);
}

}  // namespace

extern const Operator row_to_double{.name = "$toDouble", .parse = parse_to_double};

}  // namespace cairn::expr
