// $toDecimal: a value as a decimal128.
#include "engine/expr/conversion.h"

namespace cairn::expr {
namespace {

Result<ExpressionPtr> parse_to_decimal(ValueView argument, const Scope& scope) {
  constexpr Conversion kConversion{.to = BsonType::kDecimal128};
  return parse_short_conversion("$toDecimal", kConversion, argument, scope);
}

}  // namespace

extern const Operator row_to_decimal{.name = "$toDecimal", .parse = parse_to_decimal};

}  // namespace cairn::expr
