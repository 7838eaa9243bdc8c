// $toInt: a value as an int32.
#include "engine/expr/conversion.h"

namespace cairn::expr {
namespace {

Result<ExpressionPtr> parse_to_int(ValueView argument, const Scope& scope) {
  constexpr Conversion kConversion{.to = BsonType::kInt32};
  return parse_short_conversion("$toInt", kConversion, argument, scope);
}

}  // namespace

extern const Operator row_to_int{.name = "$toInt", .parse = parse_to_int};

}  // namespace cairn::expr
