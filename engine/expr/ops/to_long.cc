// $toLong: a value as an int64.
#include "engine/expr/conversion.h"

namespace cairn::expr {
namespace {

Result<ExpressionPtr> parse_to_long(ValueView argument, const Scope& scope) {
  constexpr Conversion kConversion{.to = BsonType::kInt64};
  return parse_short_conversion("$toLong", kConversion, argument, scope);
}

}  // namespace

extern const Operator row_to_long{.name = "$toLong", .parse = parse_to_long};

}  // namespace cairn::expr
