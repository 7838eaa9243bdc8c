// $toString: a value as a string.
#include "engine/expr/conversion.h"

namespace cairn::expr {
namespace {

Result<ExpressionPtr> parse_to_string(ValueView argument, const Scope& scope) {
  constexpr Conversion kConversion{.to = BsonType::kString, .format = BinaryFormat::kAuto};
  return parse_short_conversion("$toString", kConversion, argument, scope);
}

}  // namespace

extern const Operator row_to_string{.name = "$toString", .parse = parse_to_string};

}  // namespace cairn::expr
