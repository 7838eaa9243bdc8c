// $toBool: a value as a boolean.
#include "engine/expr/conversion.h"

namespace cairn::expr {
namespace {

Result<ExpressionPtr> parse_to_bool(ValueView argument, const Scope& scope) {
  constexpr Conversion kConversion{.to = BsonType::kBool};
  return parse_short_conversion("$toBool", kConversion, argument, scope);
}

}  // namespace

extern const Operator row_to_bool{.name = "$toBool", .parse = parse_to_bool};

}  // namespace cairn::expr
